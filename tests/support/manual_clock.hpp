// ManualClock: a clock that a test moves. It works on one io_context, and only where nothing else takes time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>

#include "daemon/base/clock.hpp"

namespace lgtmwatch::test {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime wall = wall_from_unix_seconds(1'795'352'139)) : wall_(wall) {}

  Tick now() const override { return now_; }
  WallTime wall() const override { return wall_ + (now_ - Tick{}); }
  boost::asio::awaitable<void> sleep_until(Tick tick) const override;

  // Lets everything run that is ready; then goes from one sleeper to the next, in the order of their ticks, and lets
  // each of them run at its own tick, until `by` has passed.
  void advance(boost::asio::io_context& io, Duration by);
  // At once by `by`, where things take real time: all sleepers of that span wake together, and `let_run` returns when
  // nothing moves any more.
  void advance(Duration by, const std::function<void()>& let_run);

  // As an administrator or NTP does.
  void set_wall_ahead(Duration by) { wall_ += by; }

  std::size_t sleepers() const { return sleepers_.size(); }

 private:
  using Sleepers = std::multimap<Tick, boost::asio::steady_timer*>;
  struct Place;

  Tick now_{};
  WallTime wall_;
  mutable Sleepers sleepers_;
};

}  // namespace lgtmwatch::test
