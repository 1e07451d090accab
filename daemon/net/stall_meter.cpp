#include "daemon/net/stall_meter.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lgtmwatch {
namespace {

constexpr auto period = std::chrono::milliseconds(100);
constexpr std::size_t most_stalls = 256;
constexpr int least_share = 4;  // a quarter

Duration overlap(Tick begin, Tick end, Tick since) { return std::max<Duration>(end - std::max(begin, since), {}); }

}  // namespace

void StallRecord::beat(Tick now) {
  if (due_ && now - *due_ > tolerated) stalls_.push_back({*due_, now});
  if (stalls_.size() > most_stalls) stalls_.pop_front();
  due_.reset();
}

Duration StallRecord::stalled_since(Tick since, Tick now) const {
  Duration stalled{};
  for (const auto& stall : stalls_) stalled += overlap(stall.begin, stall.end, since);
  if (due_ && now - *due_ > tolerated) stalled += overlap(*due_, now, since);
  return stalled;
}

Error judged_by_stalls(Error error, Duration stalled, Duration waited) {
  if (error.reason != Reason::timeout || stalled <= Duration{} || stalled * least_share < waited) return error;
  return {error.phase, Reason::internal,
          fmt::format("{}; but for {:.2f}s of that time lgtmwatch itself did not run", error.what, to_seconds(stalled)),
          "give lgtmwatch more of the processor: raise the CPU limit of its container, or find out what else keeps the "
          "host busy"};
}

struct StallMeter::Beats : std::enable_shared_from_this<Beats> {
  explicit Beats(const boost::asio::any_io_executor& executor) : timer(executor) {}

  void go_on() {
    const auto due = std::chrono::steady_clock::now() + period;
    record.expect(due);
    timer.expires_at(due);
    timer.async_wait([self = shared_from_this()](boost::system::error_code stopped) {
      if (stopped || !self->is_needed) return;
      self->record.beat(std::chrono::steady_clock::now());
      self->go_on();
    });
  }
  void stop() {
    is_needed = false;
    record.rest();
    timer.cancel();
  }

  boost::asio::steady_timer timer;
  StallRecord record;
  bool is_needed = false;
};

StallMeter::StallMeter(const boost::asio::any_io_executor& executor) : beats_(std::make_shared<Beats>(executor)) {}

StallMeter::~StallMeter() { beats_->stop(); }

StallMeter::Wait::Wait(StallMeter& meter) : meter_(meter), since_(std::chrono::steady_clock::now()) {
  if (meter_.waiting_++ > 0) return;
  meter_.beats_->is_needed = true;
  meter_.beats_->go_on();
}

StallMeter::Wait::~Wait() {
  if (--meter_.waiting_ == 0) meter_.beats_->stop();
}

Error StallMeter::Wait::judge(Error error) const {
  const auto now = std::chrono::steady_clock::now();
  return judged_by_stalls(std::move(error), meter_.beats_->record.stalled_since(since_, now), now - since_);
}

}  // namespace lgtmwatch
