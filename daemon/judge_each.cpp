#include "daemon/judge_each.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace lgtmwatch {

namespace asio = boost::asio;

constexpr Duration longest_turn = std::chrono::milliseconds(1);  // most stacks of a tick have not changed

asio::awaitable<Duration> judge_each(std::function<StatusStore&()> store, const Clock& clock) {
  const auto executor = co_await asio::this_coro::executor;
  Duration took{}, turn{};
  for (std::size_t stack = 0; stack < store().stacks(); ++stack) {
    const auto begun = clock.now();
    store().judge(stack, clock.wall());
    turn += clock.now() - begun;
    if (turn < longest_turn) continue;
    took += std::exchange(turn, Duration());
    co_await asio::post(executor, asio::use_awaitable);
  }
  co_return 4 * (took + turn);
}

}  // namespace lgtmwatch
