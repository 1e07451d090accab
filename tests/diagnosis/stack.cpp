#include "tests/diagnosis/stack.hpp"

#include <algorithm>

#include "daemon/status/clock_past.hpp"
#include "daemon/status/counter_windows.hpp"
#include "diagnosis/pipeline.hpp"
#include "diagnosis/verdict.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime now = moment_of_tests;

Endpoint endpoint(const std::string& url) { return Endpoint(Url::parse(url).value()); }

Expectation expectation(Signal signal, const std::string& receiver) {
  Expectation made;
  made.source = "shop";
  made.signal = signal;
  made.receiver = receiver;
  made.path = signal == Signal::logs ? "shop@" + receiver : "shop";
  made.max_age = minutes(1);
  return made;
}

AlloyPlan alloy() {
  AlloyPlan made(endpoint("http://alloy:12345"));
  made.name = "gateway";
  ReceiverPlan backend;
  backend.name = "backend";
  backend.endpoint = endpoint("http://alloy:4318");
  backend.signals = {Signal::metrics, Signal::logs, Signal::traces};
  ReceiverPlan docker;
  docker.name = "docker";
  docker.kind = ReceiverKind::component;
  docker.component = "loki.source.docker.containers";
  docker.signals = {Signal::logs};
  made.receivers = {backend, docker};
  return made;
}

std::shared_ptr<const RunRecord> run_of(Result<Observation> outcome) {
  RunRecord run(std::move(outcome));
  run.at = now;
  return std::make_shared<const RunRecord>(std::move(run));
}

std::string newest_probe(const std::string& target) {
  const auto signal = target.substr(target.find('/') + 1);
  return signal.starts_with("metrics") ? "mimir_newest" : signal.starts_with("logs") ? "loki_newest" : "tempo_newest";
}

Error error_of(Reason reason) { return {Phase::connect, reason, std::string(to_string(reason))}; }

}  // namespace

TestStack::TestStack() {
  plan_.name = "test";
  plan_.loki = ComponentPlan(endpoint("http://loki:3100"));
  plan_.tempo = TempoPlan(endpoint("http://tempo:3200"));
  plan_.mimir = MimirPlan(endpoint("http://mimir:9009"));
  plan_.alloys = {alloy()};
  plan_.expectations = {expectation(Signal::metrics, "backend"), expectation(Signal::logs, "backend"),
                        expectation(Signal::logs, "docker"), expectation(Signal::traces, "backend")};
  const Readiness ready{true, {}};
  found("loki_ready", "loki:3100", ready);
  found("tempo_ready", "tempo:3200", ready);
  found("mimir_ready", "mimir:9009", ready);
  found("alloy_ready", "gateway", ready);
  found("loki_labels", "loki:3100", LokiLabels{3});
  found("tempo_services", "tempo:3200", TempoServices{1});
  found("mimir_tenant", "mimir:9009", MimirTenant{100.0, 5, 1});
  AlloyController controller;
  controller.config_loaded = true;
  found("alloy_controller", "gateway", controller);
  ReceiverAnswers answers;
  for (const auto signal : all_signals) answers.signals.push_back({signal, std::nullopt});
  found("otlp_http_receiver", "backend", answers);
  for (const auto& each : plan_.expectations) newest(target_of(each), seconds(5));
}

ProbeFacts& TestStack::facts_of(const std::string& probe, const std::string& target) {
  auto& probes = facts_.probes;
  const auto known = std::find_if(probes.begin(), probes.end(), [&](const ProbeFacts& facts) {
    return facts.probe == probe && facts.target == target;
  });
  if (known != probes.end()) return *known;
  ProbeFacts facts;
  facts.probe = probe;
  facts.target = target;
  probes.push_back(std::move(facts));
  return probes.back();
}

void TestStack::found(const std::string& probe, const std::string& target, Observation observation) {
  ran(probe, target, RunRecord(std::move(observation)));
}

void TestStack::failed(const std::string& probe, const std::string& target, Reason reason) {
  ran(probe, target, RunRecord(error_of(reason)));
}

void TestStack::answered(const std::string& probe, const std::string& target, const Error& error,
                         const std::string& curl) {
  RunRecord run{Result<Observation>(error)};
  run.exchanges.emplace_back();
  run.exchanges.back().curl = curl;
  run.exchanges.back().first_bytes = error.what;
  ran(probe, target, std::move(run));
}

void TestStack::ran(const std::string& probe, const std::string& target, RunRecord run) {
  run.at = now;
  auto& facts = facts_of(probe, target);
  facts.last = facts.settled = std::make_shared<const RunRecord>(std::move(run));
}

void TestStack::failed_once(const std::string& probe, const std::string& target, Reason reason) {
  facts_of(probe, target).last = run_of(error_of(reason));
}

void TestStack::newest(const std::string& target, Duration age) {
  found(newest_probe(target), target, NewestRecord{now - age, minutes(10)});
  facts_of(newest_probe(target), target).last_seen = now - age;
}

void TestStack::active_since(const std::string& target, Duration ago) {
  facts_of(newest_probe(target), target).active_since = now - ago;
}

void TestStack::gap(const std::string& target, Duration began, Duration ended) {
  active_since(target, ended);
  facts_of(newest_probe(target), target).gap_since = now - began;
}

void TestStack::bad_since(const std::string& probe, const std::string& target, Duration ago) {
  facts_of(probe, target).bad_since = now - ago;
}

void TestStack::recovered(const std::string& probe, const std::string& target, Duration ago) {
  facts_of(probe, target).recovered_at = now - ago;
}

void TestStack::refuses(const std::string& receiver, Reason reason) {
  refuses("otlp_http_receiver", receiver, {all_signals.begin(), all_signals.end()}, error_of(reason));
}

void TestStack::with_receiver(const std::string& name, ReceiverKind kind, const std::string& url,
                              std::vector<Signal> signals) {
  ReceiverPlan receiver;
  receiver.name = name;
  receiver.kind = kind;
  receiver.endpoint = endpoint(url);
  receiver.signals = std::move(signals);
  plan_.alloys.front().receivers.push_back(receiver);
}

void TestStack::with_file(const std::string& name, const std::string& path) {
  ReceiverPlan receiver;
  receiver.name = name;
  receiver.kind = ReceiverKind::file;
  receiver.file = path;
  receiver.signals = {Signal::logs};
  plan_.alloys.front().receivers.push_back(receiver);
}

void TestStack::clock(const std::string& probe, const std::string& target, Duration ahead, int answers) {
  auto& facts = facts_of(probe, target);
  RunRecord run(*facts.last);
  auto& exchange = run.exchanges.emplace_back();
  exchange.at = now;
  exchange.date = now + ahead;
  for (int i = 0; i < answers; ++i) facts.clock = advance(facts.clock, exchange);
  ran(probe, target, std::move(run));
}

void TestStack::with_docker() { plan_.docker = ComponentPlan(endpoint("unix:///var/run/docker.sock")); }

void TestStack::with_container(const std::string& container) {
  for (auto& each : plan_.expectations) each.container = container;
}

void TestStack::with_tempo_otlp() { plan_.tempo->otlp_grpc = endpoint("http://tempo:4317"); }

void TestStack::with_proxies() {
  for (auto* endpoint :
       {&plan_.loki->endpoint, &plan_.tempo->endpoint, &plan_.mimir->endpoint, &plan_.alloys.front().endpoint})
    endpoint->proxy = Url::parse("http://squid:3128").value();
}

void TestStack::with_proxy(const std::string& receiver) {
  for (auto& each : plan_.alloys.front().receivers)
    if (each.name == receiver) each.endpoint->proxy = Url::parse("http://squid:3128").value();
}

void TestStack::refuses(const std::string& probe, const std::string& receiver, std::vector<Signal> signals,
                        const Error& why) {
  ReceiverAnswers answers;
  for (const auto signal : signals) answers.signals.push_back({signal, why});
  found(probe, receiver, answers);
}

void TestStack::read(const std::string& probe, const std::string& target, CounterReadings readings, Duration ago) {
  auto& facts = facts_of(probe, target);
  if (!facts.last) facts.last = facts.settled = run_of(BackendCounters{});
  facts.counters = advance_windows(facts.counters.get(), std::move(readings), now - ago);
}

void TestStack::expect_always(const std::string& target) {
  for (auto& each : plan_.expectations)
    if (target_of(each) == target) each.expect = Expect::always;
}

void TestStack::with_grafana() {
  plan_.grafana = GrafanaPlan(endpoint("http://grafana:3000"));
  plan_.grafana->datasources = {{Component::loki, "loki"}, {Component::tempo, "tempo"}, {Component::mimir, "mimir"}};
  found("grafana_ready", "grafana:3000", Readiness{true, {}});
  for (const auto* backend : {"loki", "tempo", "mimir"}) datasource(backend, QueryAnswer::data);
}

void TestStack::datasource(const std::string& backend, QueryAnswer answer, std::vector<std::string> others) {
  DatasourceAnswers answers;
  DatasourceAnswer one;
  one.uid = backend;
  one.answer = answer;
  one.what = "it answers so";
  answers.asked = {one};
  answers.others = std::move(others);
  found("grafana_datasource", backend, answers);
}

void TestStack::canaries(Signal signal, const std::string& route, std::vector<CanaryOutcome> newest_first,
                         int overdue) {
  const auto url = Url::parse("http://somewhere:4318").value();
  auto plan = std::make_shared<CanaryRoutePlan>(Endpoint(url), Endpoint(url));
  plan->signal = signal;
  plan->route = route;
  plan->patience.deadline = seconds(30);
  CanaryRouteFacts facts;
  facts.plan = std::move(plan);
  for (const auto outcome : newest_first) ++facts.tally[outcome];
  facts.tally.written = newest_first.size() + static_cast<std::size_t>(overdue);
  facts.unseen.assign(static_cast<std::size_t>(overdue), now - seconds(40));
  facts.recent = std::move(newest_first);
  facts.last.emplace();
  facts.last->evidence = {"curl … -> 204"};
  facts_.canaries.push_back(std::move(facts));
}

void TestStack::canaries_that_nothing_names(Signal signal, const std::string& route,
                                            std::vector<CanaryOutcome> newest_first) {
  canaries(signal, route, std::move(newest_first));
  auto plan = *last_canaries().plan;
  plan.is_named = false;
  last_canaries().plan = std::make_shared<const CanaryRoutePlan>(std::move(plan));
}

void TestStack::canaries_of_form(CanaryForm form, std::vector<CanaryOutcome> newest_first) {
  CanaryFormFacts facts;
  facts.form = form;
  facts.recent = std::move(newest_first);
  facts.last.emplace();
  facts.last->trouble = "answered 429";
  facts_.canaries.back().other_forms.push_back(std::move(facts));
}

void TestStack::canary_looks(const CanaryLookPlan& planned, std::vector<CanaryLookResult> newest_first,
                             std::optional<Error> failure, std::uint64_t found) {
  auto& route = facts_.canaries.back();
  CanaryRoutePlan plan = *route.plan;
  plan.rereads.push_back(planned);
  route.plan = std::make_shared<const CanaryRoutePlan>(std::move(plan));
  route.tally.looks[planned.name][CanaryLookResult::found] = found;
  CanaryLook look;
  look.name = planned.name;
  look.recent = std::move(newest_first);
  look.failure = std::move(failure);
  look.evidence = "curl … -> 200";
  route.looks.push_back(std::move(look));
}

double TestStack::lines_read(const std::string& receiver) const {
  auto facts = facts_;
  facts.plan = std::make_shared<const StackPlan>(plan_);
  const View view(facts, now);
  return Pipeline(view, view.plan().alloys.front()).lines_read(*view.receiver(receiver)).total;
}

StackVerdict TestStack::judge() const {
  auto facts = facts_;
  facts.plan = std::make_shared<const StackPlan>(plan_);
  return judge_stack(facts, now);
}

}  // namespace lgtmwatch
