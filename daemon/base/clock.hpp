// Clock: the only source of "now" and the only way to wait. Passed in; tests pass one that they move.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Tick now() const = 0;
  virtual WallTime wall() const = 0;
  // Resumes at the tick, or throws operation_aborted when the waiting coroutine is cancelled.
  virtual boost::asio::awaitable<void> sleep_until(Tick tick) const = 0;
};

class SystemClock final : public Clock {
 public:
  Tick now() const override;
  WallTime wall() const override;
  boost::asio::awaitable<void> sleep_until(Tick tick) const override;
};

}  // namespace lgtmwatch
