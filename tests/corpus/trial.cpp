#include "tests/corpus/trial.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <map>

#include "daemon/canary_keeper.hpp"
#include "daemon/config/load.hpp"
#include "daemon/net/grpc_client.hpp"
#include "daemon/net/http_client.hpp"
#include "daemon/watch.hpp"
#include "sandbox/answers.hpp"
#include "sandbox/config_file.hpp"
#include "sandbox/sandbox.hpp"
#include "tests/corpus/traffic.hpp"
#include "tests/support/manual_clock.hpp"

namespace lgtmwatch::corpus {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr int confirmations = 2;  // as the daemon
constexpr std::string_view restart_of_lgtmwatch = "restart:lgtmwatch";
constexpr Duration application_patience = 100ms;  // in real time

void lay_over(YAML::Node base, const YAML::Node& settings) {
  for (const auto& pair : settings) {
    const auto key = pair.first.as<std::string>();
    if (pair.second.IsMap() && base[key] && base[key].IsMap())
      lay_over(base[key], pair.second);
    else
      base[key] = YAML::Clone(pair.second);
  }
}

std::string configuration(const Scenario& scenario, const sandbox::Addresses& addresses) {
  auto root = YAML::Load(sandbox::config_for(addresses));
  root["defaults"]["interval"] = format_duration(scenario.interval);
  auto stack = root["stacks"][0];
  stack["grafana"].remove("dashboard_interval");
  if (scenario.canaries) stack["canaries"] = YAML::Load("{interval: 30s}");
  auto settings = scenario.settings;
  for (const auto& [door, address] : addresses)
    settings = sandbox::replace_all(std::move(settings), "{" + door + "}", address);
  lay_over(stack, YAML::Load(settings));
  return YAML::Dump(root);
}

Result<Plan> plan_of(const Scenario& scenario, const sandbox::Addresses& addresses) {
  const Environment nothing{[](const std::string&) { return std::optional<std::string>(); },
                            [](const std::string& path) -> Result<std::string> {
                              return Error(Phase::content, Reason::not_found, path + " is not read by a scenario");
                            }};
  auto loaded = load_config(configuration(scenario, addresses), scenario.name, nothing);
  if (loaded.plan) return std::move(*loaded.plan);
  return Error(Phase::content, Reason::parse, loaded.diagnostics.front().message, "correct the scenario's settings");
}

void rethrow(std::exception_ptr failure) {
  if (failure) std::rethrow_exception(failure);
}

class Trial {
 public:
  Trial(const Scenario& scenario, asio::io_context& io, test::ManualClock& clock, sandbox::Sandbox& sandbox, Plan plan)
      : scenario_(scenario),
        io_(io),
        clock_(clock),
        sandbox_(sandbox),
        plan_(std::move(plan)),
        resolver_(make_resolver(io.get_executor())),
        http_(make_http_client(io.get_executor(), *resolver_)),
        grpc_(make_grpc_client(io.get_executor(), *resolver_)),
        clients_(*http_, *grpc_, traffic_, scenario.deadline),
        tasks_(io.get_executor(), rethrow) {
    watching_.run = [this](std::size_t probe) { return watch_->run(probe); };
    watching_.started = [](Duration) {};
    watching_.skipped = [](std::size_t) {};
    watching_.failed = rethrow;
    writing_ = watching_;
    writing_.run = [this](std::size_t route) { return begin_canary(route); };
  }

  Result<std::vector<Sighting>> run() {
    start();
    auto next = scenario_.steps.begin();
    for (Duration at{}; at <= scenario_.length; at += scenario_.step) {
      for (; next != scenario_.steps.end() && next->at <= at; ++next)
        if (const auto problem = take(*next)) return Error(Phase::content, Reason::parse, *problem);
      clock_.advance(scenario_.step, [this] { let_run(); });
      look(at);
    }
    stop();
    return std::move(sightings_);
  }

 private:
  void start() {
    watch_.emplace(plan_, Clients{clients_, clients_}, clock_, confirmations);
    keeper_.emplace(io_.get_executor(), CanaryOutside{Clients{clients_, clients_}, clock_}, ledger_, new_canary_run,
                    rethrow);
    keeper_->apply(plan_);
    probes_ = without_ports(watch_->schedule());
    routes_ = without_ports(keeper_->schedule());
    tasks_.spawn(run_application());
    tasks_.spawn(run_schedule(clock_, probes_, watching_, {}));
    tasks_.spawn(run_schedule(clock_, routes_, writing_, {}));
  }

  // The slots of a probe come from its id, and the ports are others every time.
  Schedule without_ports(Schedule schedule) const {
    for (auto& id : schedule.ids)
      for (const auto& [name, address] : sandbox_.addresses())
        if (const auto at = id.find(address); at != std::string::npos) id.replace(at, address.size(), name);
    return schedule;
  }

  void stop() {
    tasks_.cancel();
    keeper_->cancel();
    while (tasks_.size() > 0 || !keeper_->all_settled()) run_one();
  }

  // It knows nothing of the time before then.
  void restart_lgtmwatch() {
    stop();
    start();
  }

  std::optional<std::string> take(const Step& taken) {
    if (taken.fault == restart_of_lgtmwatch && !taken.clears) restart_lgtmwatch();
    if (taken.fault == restart_of_lgtmwatch) return std::nullopt;
    if (!taken.clears) return sandbox_.set_fault(taken.fault);
    sandbox_.clear_fault(taken.fault);
    return std::nullopt;
  }

  asio::awaitable<void> run_application() {
    for (auto next = clock_.now();; next += scenario_.application) {
      co_await clock_.sleep_until(next);
      const UnderWay counted(traffic_);
      co_await sandbox_.play();
    }
  }

  asio::awaitable<void> begin_canary(std::size_t route) {
    if (watch_->checks_canary(route)) keeper_->begin(route);
    co_return;
  }

  void run_one() {
    io_.restart();
    io_.run_one();
  }

  void let_run() {
    do {
      while (traffic_.under_way > 0) run_one();
      io_.restart();
    } while (io_.poll() > 0 || traffic_.under_way > 0);
  }

  void look(Duration at) {
    show_canaries(*keeper_, watch_->store());
    const auto shown = watch_->store().publish(clock_.wall());
    if (!shown->complete) return;
    for (const auto& finding : shown->stacks.front()->verdict.findings) {
      auto known = std::find_if(sightings_.begin(), sightings_.end(), [&](const Sighting& each) {
        return each.finding.id() == finding.id() && each.finding.signals == finding.signals;
      });
      if (known == sightings_.end()) known = sightings_.insert(known, Sighting{finding, at, at, {}});
      known->last = at;
      for (const auto& line : finding.consequences) known->beneath.try_emplace(line.substr(0, line.find(':')), at);
    }
  }

  const Scenario& scenario_;
  asio::io_context& io_;
  test::ManualClock& clock_;
  sandbox::Sandbox& sandbox_;
  const Plan plan_;
  Traffic traffic_;
  std::unique_ptr<Resolver> resolver_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<GrpcClient> grpc_;
  CountedClients clients_;
  NoLedger ledger_;
  std::optional<Watch> watch_;
  std::optional<CanaryKeeper> keeper_;
  ScheduleEvents watching_;
  ScheduleEvents writing_;
  Schedule probes_;
  Schedule routes_;
  std::vector<Sighting> sightings_;
  TaskGroup tasks_;
};

}  // namespace

Result<std::vector<Sighting>> play(const Scenario& scenario) {
  asio::io_context io{1};
  test::ManualClock clock;
  sandbox::SandboxOptions options;
  options.patience = application_patience;
  auto made = sandbox::Sandbox::make(io.get_executor(), clock, options);
  if (!made) return made.error();
  auto plan = plan_of(scenario, (*made)->addresses());
  if (!plan) return plan.error();
  Trial trial(scenario, io, clock, **made, std::move(*plan));
  return trial.run();
}

}  // namespace lgtmwatch::corpus
