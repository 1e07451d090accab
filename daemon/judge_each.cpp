#include "daemon/judge_each.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace lgtmwatch {

namespace asio = boost::asio;

asio::awaitable<Duration> judge_each(std::function<StatusStore&()> store, const Clock& clock) {
  const auto executor = co_await asio::this_coro::executor;
  Duration took{};
  for (std::size_t stack = 0; stack < store().stacks(); ++stack) {
    const auto begun = clock.now();
    store().judge(stack, clock.wall());
    took += clock.now() - begun;
    co_await asio::post(executor, asio::use_awaitable);
  }
  co_return 4 * took;
}

}  // namespace lgtmwatch
