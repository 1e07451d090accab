// StallMeter: for how long the thread of lgtmwatch was kept from running while it waited for an answer. Without it a
// busy host, or a process that gets too little of the processor, looks like a component that hangs.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <optional>

#include "daemon/base/result.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

// What the beats of a timer, and their being late, tell. Pure and bounded.
class StallRecord {
 public:
  static constexpr Duration tolerated = std::chrono::milliseconds(50);  // by which any beat may be late

  void expect(Tick due) { due_ = due; }
  void beat(Tick now);
  void rest() { due_.reset(); }
  // Including a beat that is overdue now.
  Duration stalled_since(Tick since, Tick now) const;

 private:
  struct Stall {
    Tick begin;
    Tick end;
  };

  std::optional<Tick> due_;
  std::deque<Stall> stalls_;
};

// An error of time that ran out, where lgtmwatch itself did not run for a quarter of that time or more: it says nothing
// of the component then, and its reason is `internal`. Any other error as it is.
Error judged_by_stalls(Error error, Duration stalled, Duration waited);

// Its timer beats only as long as somebody waits.
class StallMeter {
 public:
  explicit StallMeter(const boost::asio::any_io_executor& executor);
  ~StallMeter();
  StallMeter(const StallMeter&) = delete;
  StallMeter& operator=(const StallMeter&) = delete;

  class Wait {
   public:
    explicit Wait(StallMeter& meter);
    ~Wait();
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

    Error judge(Error error) const;

   private:
    StallMeter& meter_;
    Tick since_;
  };

 private:
  struct Beats;

  std::shared_ptr<Beats> beats_;
  std::size_t waiting_ = 0;
};

}  // namespace lgtmwatch
