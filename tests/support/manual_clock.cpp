#include "tests/support/manual_clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "tests/support/run.hpp"

namespace lgtmwatch::test {

namespace asio = boost::asio;

// Leaves the list of sleepers also when the sleeping coroutine is destroyed.
struct ManualClock::Place {
  Place(Sleepers& sleepers_, Tick tick, asio::steady_timer& timer)
      : sleepers(sleepers_), entry(sleepers_.emplace(tick, &timer)) {}
  ~Place() { sleepers.erase(entry); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Sleepers& sleepers;
  Sleepers::iterator entry;
};

asio::awaitable<void> ManualClock::sleep_until(Tick tick) const {
  auto executor = co_await asio::this_coro::executor;
  if (tick <= now_) {
    co_await asio::post(executor, asio::use_awaitable);
    co_return;
  }
  asio::steady_timer timer(executor, Tick::max());
  const Place place(sleepers_, tick, timer);
  auto [code] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  (void)code;
  if (now_ < tick) throw boost::system::system_error(asio::error::operation_aborted);
}

void ManualClock::advance(asio::io_context& io, Duration by) {
  const auto end = now_ + by;
  settle(io);
  while (!sleepers_.empty() && sleepers_.begin()->first <= end) {
    now_ = sleepers_.begin()->first;
    sleepers_.begin()->second->cancel();
    settle(io);
  }
  now_ = end;
}

void ManualClock::advance(Duration by, const std::function<void()>& let_run) {
  let_run();
  now_ += by;
  while (!sleepers_.empty() && sleepers_.begin()->first <= now_) {
    for (auto due = sleepers_.begin(); due != sleepers_.end() && due->first <= now_; ++due) due->second->cancel();
    let_run();
  }
}

}  // namespace lgtmwatch::test
