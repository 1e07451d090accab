#include "daemon/commands/one_look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "daemon/base/task_group.hpp"
#include "daemon/canary_keeper.hpp"
#include "daemon/commands/leave.hpp"
#include "daemon/commands/progress.hpp"
#include "daemon/commands/verify_canaries.hpp"
#include "daemon/watch.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr int one_look = 1;
constexpr auto ask_again_after = std::chrono::seconds(2);
constexpr auto look_for_settled_every = std::chrono::milliseconds(50);
constexpr auto patience_with_a_daemon = std::chrono::seconds(5);
constexpr auto between_readings = std::chrono::seconds(10);

// Asks everything, and everything again while something says "not ready yet" and there is time: Loki, Mimir and Cortex
// say so for 15 s from the first time that they are asked. The other answers would be old by then.
asio::awaitable<void> look(Watch& watch, const Clock& clock, Deadline deadline) {
  co_await watch.run_at_once(watch.all_probes());
  while (!watch.not_ready_yet().empty() && clock.now() + ask_again_after < deadline.at()) {
    co_await clock.sleep_until(clock.now() + ask_again_after);
    co_await watch.run_at_once(watch.all_probes());
  }
}

// One reading of a counter tells nothing. False where no time is left for a second one.
asio::awaitable<bool> read_counters_again(Watch& watch, const Clock& clock, Deadline deadline) {
  auto counting = watch.have_read_counters();
  if (counting.empty()) co_return true;
  const auto second = clock.now() + between_readings;
  if (second >= deadline.at()) co_return false;
  co_await clock.sleep_until(second);
  co_await watch.run_at_once(std::move(counting));
  co_return true;
}

// On standard error, beside every format. What no counter tells is unknown to the rules, not to the criteria.
void say_that_counters_were_read_once() {
  fmt::print(stderr,
             "note: counters of Alloy and of the backends were read only once, so that what they alone tell is not in "
             "this verdict\nhint: --timeout leaves no 10s between two readings; give it 15s or more\n");
}

// What is kept for the question to a daemon, which comes last so that its canaries have had the most time.
Duration kept_for_a_daemon(Duration timeout) { return std::min<Duration>(timeout / 10, patience_with_a_daemon); }

class OneLook {
 public:
  // The daemon is asked where the plan has canaries that only a daemon can write.
  OneLook(const Plan& plan, Duration timeout, std::optional<Endpoint> daemon)
      : plan_(plan),
        timeout_(timeout),
        daemon_(std::move(daemon)),
        net_(make_net_clients(io_.get_executor())),
        watch_(plan, Clients{net_->http(), net_->grpc()}, clock_, one_look),
        canaries_(io_.get_executor(), CanaryOutside{Clients{net_->http(), net_->grpc()}, clock_}, no_ledger_,
                  new_canary_run, keep_failure()),
        tasks_(io_.get_executor(), keep_failure()) {}

  // The exit code is what tell(snapshot) gives.
  int run(const std::function<int(const Snapshot&)>& tell) {
    asio::steady_timer time_is_up(io_, time_to_look());
    time_is_up.async_wait([&](boost::system::error_code) { watch_.cancel_runs_at_once(); });
    tasks_.spawn(whole(time_is_up));
    io_.run();
    if (failure_) std::rethrow_exception(failure_);
    progress_.clear();
    show_all_canaries(canaries_, canaries_begun_, plan_, told_, watch_.store());
    return leave(*net_, tell(*watch_.store().publish(clock_.wall())));
  }

 private:
  Duration time_to_look() const { return daemon_ ? timeout_ - kept_for_a_daemon(timeout_) : timeout_; }

  asio::awaitable<void> whole(asio::steady_timer& time_is_up) {
    const auto end = clock_.now() + timeout_;
    const Deadline deadline(clock_.now() + time_to_look());
    progress_.show(fmt::format("asking {} questions", watch_.all_probes().size()));
    co_await look(watch_, clock_, deadline);
    begin_canaries(deadline.at() - clock_.now());
    progress_.show("waiting to read counters a second time");
    const bool read_twice = co_await read_counters_again(watch_, clock_, deadline);
    progress_.clear();
    if (!read_twice) say_that_counters_were_read_once();
    while (!canaries_.all_settled() && !deadline.passed(clock_.now())) {
      show_canaries_on_their_way(deadline);
      co_await clock_.sleep_until(clock_.now() + look_for_settled_every);
    }
    canaries_.cancel();
    co_await canaries_.join();
    if (daemon_) {
      progress_.show("asking the daemon for its canaries");
      const Deadline patience(std::min(end, clock_.now() + patience_with_a_daemon));
      auto told = co_await ask_daemon(net_->http(), *daemon_, patience);
      told_ = std::move(told);
    }
    time_is_up.cancel();
  }

  void show_canaries_on_their_way(Deadline deadline) {
    std::uint64_t written = 0;
    std::uint64_t in_flight = 0;
    for (const auto& stack : plan_.stacks) {
      for (const auto& route : canaries_.facts(stack.name)) {
        written += route.tally.written;
        in_flight += route.tally.in_flight();
      }
    }
    const auto left = std::chrono::ceil<std::chrono::seconds>(deadline.at() - clock_.now());
    progress_.show(fmt::format("waiting for {} of {} canaries, for {} s at most", in_flight, written, left.count()));
  }

  void begin_canaries(Duration left) {
    show_planned_canaries(plan_, watch_.store());
    watch_.store().publish(clock_.wall());
    canaries_begun_ = clock_.wall();
    canaries_.apply(written_by_verify(left, canaries_begun_, plan_,
                                      [this](std::size_t route) { return watch_.checks_canary(route); }));
    const auto routes = canaries_.schedule().ids.size();
    for (std::size_t route = 0; route < routes; ++route) canaries_.begin(route);
  }

  TaskGroup::OnFailure keep_failure() {
    return [this](std::exception_ptr thrown) { failure_ = thrown; };
  }

  const Plan& plan_;
  Duration timeout_;
  std::optional<Endpoint> daemon_;
  std::optional<DaemonStatus> told_;
  SystemClock clock_;
  asio::io_context io_{1};
  std::unique_ptr<NetClients> net_;
  Watch watch_;
  NoLedger no_ledger_;
  CanaryKeeper canaries_;
  WallTime canaries_begun_{};
  TaskGroup tasks_;
  Progress progress_;
  std::exception_ptr failure_;
};

}  // namespace

int look_once(const Plan& plan, Duration timeout, std::optional<Endpoint> daemon,
              const std::function<int(const Snapshot&)>& tell) {
  return OneLook(plan, timeout, std::move(daemon)).run(tell);
}

}  // namespace lgtmwatch
