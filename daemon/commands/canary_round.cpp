#include "daemon/commands/canary_round.hpp"

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "daemon/base/task_group.hpp"
#include "daemon/canary_keeper.hpp"
#include "daemon/commands/leave.hpp"
#include "probes/canary/canary_machine.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

// The life of one canary; of one that is not read back, its write.
class OneCanary {
 public:
  OneCanary(CanaryOutside& outside, const RoundRoute& route, wire::Canary canary, RoundResult& result)
      : outside_(outside),
        route_(route),
        canary_(std::move(canary)),
        machine_(route.plan.patience),
        result_(result),
        born_(outside.clock.now()) {}

  asio::awaitable<void> live() {
    result_.write = co_await write_canary(outside_, route_.plan, canary_);
    result_.write_took = age();
    if (route_.reads_back) co_await read_until_settled();
  }

 private:
  Duration age() const { return outside_.clock.now() - born_; }

  asio::awaitable<void> read_until_settled() {
    auto event = event_of(result_.write);
    while (true) {
      const auto action = machine_.next(event, age());
      result_.visible_after = machine_.visible_after();
      if (const auto* settled = std::get_if<canary_action::Settle>(&action)) {
        result_.outcome = settled->outcome;
        co_return;
      }
      if (const auto* wait = std::get_if<canary_action::Wait>(&action)) {
        co_await outside_.clock.sleep_until(born_ + wait->until_age);
        event = canary_event::Woken();
      } else {
        event = co_await read();
      }
    }
  }

  asio::awaitable<CanaryEvent> read() {
    const auto run = co_await read_canary(outside_, route_.plan, usual_read(route_.plan.signal), canary_);
    result_.read_evidence = run.evidence;
    result_.read_trouble = run.sight ? std::string() : run.sight.error().what;
    co_return event_of(run);
  }

  CanaryOutside& outside_;
  const RoundRoute& route_;
  wire::Canary canary_;
  CanaryMachine machine_;
  RoundResult& result_;
  Tick born_;
};

asio::awaitable<void> live(std::shared_ptr<OneCanary> canary) { co_await canary->live(); }

}  // namespace

int run_round(const std::vector<RoundRoute>& routes, const std::string& stack,
              const std::function<int(const std::vector<RoundResult>&)>& tell) {
  const SystemClock clock;
  std::vector<RoundResult> results(routes.size());
  std::exception_ptr failure;
  asio::io_context io(1);
  const auto net = make_net_clients(io.get_executor());
  CanaryOutside outside{Clients{net->http(), net->grpc()}, clock};
  TaskGroup living(io.get_executor(), [&](std::exception_ptr thrown) { failure = std::move(thrown); });
  const auto run = new_canary_run();
  for (std::size_t i = 0; i < routes.size(); ++i) {
    wire::Canary canary;
    canary.id = {run, routes[i].plan.route, 1};
    canary.stack = stack;
    canary.written = clock.wall();
    living.spawn(live(std::make_shared<OneCanary>(outside, routes[i], std::move(canary), results[i])));
  }
  io.run();
  if (failure) std::rethrow_exception(failure);
  return leave(*net, tell(results));
}

}  // namespace lgtmwatch
