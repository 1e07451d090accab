#include "daemon/serve/metrics.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <set>
#include <sstream>

#include "tests/serve/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

std::vector<std::string> lines_of(const OneStack& stack, const SelfMetrics& self = {}) {
  std::istringstream text(metrics_text(stack.snapshot(), self, ProcessMetrics()));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

bool has(const std::vector<std::string>& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

bool has_family(const std::vector<std::string>& lines, const std::string& name) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.starts_with("# TYPE lgtmwatch_" + name + " "); });
}

MimirTenant tenant() {
  MimirTenant found;
  found.series = 1200;
  found.jobs = 7;
  found.application_jobs = 2;
  return found;
}

// A stack of which everything is known.
OneStack full_stack() {
  OneStack stack;
  auto& verdict = stack.verdict;
  verdict.state = State::broken;
  verdict.signals = {{Signal::logs, State::broken}, {Signal::metrics, State::healthy}};
  ComponentStatus loki;
  loki.address = "loki:3100";
  loki.up = true;
  loki.ready = false;
  loki.version = "3.7.6";
  loki.phases[static_cast<std::size_t>(Phase::connect)] = 2ms;
  verdict.components = {loki};
  SourceStatus source;
  source.source = "backend";
  source.signal = Signal::logs;
  source.receiver = "docker";
  source.max_age = 10min;
  source.last_seen = noon;
  source.state = State::broken;
  verdict.sources = {source};
  verdict.receivers = {{"mobile", Signal::traces, State::healthy}, {"mobile", Signal::logs, State::broken}};
  verdict.paths = {{"backend@docker", Signal::logs, {{Stage::receive, State::broken}}}};
  verdict.findings = {incident()};
  verdict.criteria = {{"loki answers", State::healthy}, {"logs are fresh", State::broken}, {"x", State::unknown}};
  verdict.datasources = {{"loki", Signal::logs, State::healthy}, {"tempo", Signal::traces, State::broken}};
  AlloyController alloy;
  alloy.components = {{"healthy", 12}, {"unhealthy", 0}};
  stack.add_probe("loki_labels", "loki:3100", Observation(LokiLabels{5}));
  stack.add_probe("tempo_services", "tempo:3200", Observation(TempoServices{0}));
  stack.add_probe("mimir_tenant", "mimir:9009", Observation(tenant()));
  stack.add_probe("alloy_controller", "gateway", Observation(alloy));
  DashboardPanels dashboard;
  dashboard.panels.resize(2);
  dashboard.panels.front().state = PanelState::data;
  stack.add_probe("grafana_dashboard", "overview", Observation(dashboard));
  return stack;
}

TEST_CASE("Every verdict and measurement of the snapshot is a sample") {
  const auto lines = lines_of(full_stack());
  const std::string line = GENERATE(
      as<std::string>(), R"(lgtmwatch_stack_state{stack="shop"} 3)",
      R"(lgtmwatch_signal_state{stack="shop",signal="logs"} 3)",
      R"(lgtmwatch_signal_state{stack="shop",signal="metrics"} 0)",
      R"(lgtmwatch_stage_state{stack="shop",signal="logs",path="backend@docker",stage="receive"} 3)",
      R"(lgtmwatch_criteria{stack="shop"} 3)", R"(lgtmwatch_criteria_met{stack="shop"} 1)",
      R"(lgtmwatch_finding{stack="shop",subject="docker",signal="logs",path="scanium-backend@docker",stage="receive",cause="scraper-tails-nothing",severity="critical"} 1)",
      R"(lgtmwatch_findings{stack="shop",severity="critical"} 1)",
      R"(lgtmwatch_findings{stack="shop",severity="warning"} 0)",
      R"(lgtmwatch_findings{stack="shop",severity="info"} 0)",
      R"(lgtmwatch_component_up{stack="shop",component="loki",address="loki:3100"} 1)",
      R"(lgtmwatch_component_ready{stack="shop",component="loki",address="loki:3100"} 0)",
      R"(lgtmwatch_component_info{stack="shop",component="loki",address="loki:3100",version="3.7.6"} 1)",
      R"(lgtmwatch_endpoint_phase_seconds{stack="shop",component="loki",address="loki:3100",phase="connect"} 0.002)",
      R"(lgtmwatch_source_last_seen_timestamp_seconds{stack="shop",source="backend",signal="logs",receiver="docker"} 1795348800)",
      R"(lgtmwatch_source_fresh{stack="shop",source="backend",signal="logs",receiver="docker"} 0)",
      R"(lgtmwatch_source_max_age_seconds{stack="shop",source="backend",signal="logs",receiver="docker"} 600)",
      R"(lgtmwatch_receiver_up{stack="shop",receiver="mobile",signal="traces"} 1)",
      R"(lgtmwatch_receiver_up{stack="shop",receiver="mobile",signal="logs"} 0)",
      R"(lgtmwatch_datasource_healthy{stack="shop",datasource="loki"} 1)",
      R"(lgtmwatch_datasource_healthy{stack="shop",datasource="tempo"} 0)", R"(lgtmwatch_loki_labels{stack="shop"} 5)",
      R"(lgtmwatch_tempo_services{stack="shop"} 0)", R"(lgtmwatch_mimir_series{stack="shop"} 1200)",
      R"(lgtmwatch_mimir_jobs{stack="shop"} 7)", R"(lgtmwatch_mimir_application_jobs{stack="shop"} 2)",
      R"(lgtmwatch_alloy_components{stack="shop",alloy="gateway",health="healthy"} 12)",
      R"(lgtmwatch_dashboard_panels{stack="shop",dashboard="overview",state="data"} 1)",
      R"(lgtmwatch_dashboard_panels{stack="shop",dashboard="overview",state="empty"} 0)",
      R"(lgtmwatch_dashboard_panels{stack="shop",dashboard="overview",state="error"} 0)",
      R"(lgtmwatch_probe_success{stack="shop",probe="loki_labels",target="loki:3100"} 1)",
      R"(lgtmwatch_probe_success{stack="shop",probe="tempo_services",target="tempo:3200"} 0)",
      R"(lgtmwatch_probe_duration_seconds{stack="shop",probe="loki_labels",target="loki:3100"} 0.25)");
  CAPTURE(line);
  CHECK(has(lines, line));
}

TEST_CASE("Before the first run the verdict families are there and the measurements are not") {
  OneStack stack;
  stack.verdict.signals = {{Signal::logs, State::unknown}};
  stack.verdict.components = {ComponentStatus()};
  stack.verdict.sources = {SourceStatus()};
  stack.verdict.receivers = {ReceiverStatus()};
  stack.add_probe("loki_labels", "loki:3100", std::nullopt);
  const auto lines = lines_of(stack);
  for (const auto* family : {"stack_state", "signal_state", "criteria", "criteria_met", "findings", "source_fresh",
                             "source_max_age_seconds", "probe_success", "probe_failures_total", "build_info"}) {
    CAPTURE(family);
    CHECK(has_family(lines, family));
  }
  for (const auto* family :
       {"component_up", "component_ready", "component_info", "endpoint_phase_seconds", "loki_labels", "finding",
        "source_last_seen_timestamp_seconds", "receiver_up", "probe_duration_seconds"}) {
    CAPTURE(family);
    CHECK_FALSE(has_family(lines, family));
  }
  CHECK(has(lines, R"(lgtmwatch_probe_success{stack="shop",probe="loki_labels",target="loki:3100"} 0)"));
}

TEST_CASE("Measurements are absent after an error of the last run, but the newest record keeps its time") {
  auto stack = full_stack();
  for (auto& probe : stack.facts.probes) probe.last = std::make_shared<RunRecord>(refused());
  stack.verdict.components[0].up = false;
  stack.verdict.components[0].ready.reset();
  stack.verdict.components[0].version.clear();
  stack.verdict.components[0].phases = {};
  stack.verdict.receivers[0].state = State::unknown;
  stack.verdict.receivers[1].state = State::unknown;
  const auto lines = lines_of(stack);
  for (const auto* family : {"loki_labels", "tempo_services", "mimir_series", "mimir_jobs", "mimir_application_jobs",
                             "alloy_components", "component_info", "endpoint_phase_seconds", "receiver_up"}) {
    CAPTURE(family);
    CHECK_FALSE(has_family(lines, family));
  }
  CHECK(has_family(lines, "source_last_seen_timestamp_seconds"));
  CHECK(has(lines, R"(lgtmwatch_component_up{stack="shop",component="loki",address="loki:3100"} 0)"));
  CHECK(has(lines, R"(lgtmwatch_component_ready{stack="shop",component="loki",address="loki:3100"} 0)"));
  CHECK(has(lines, R"(lgtmwatch_probe_success{stack="shop",probe="loki_labels",target="loki:3100"} 0)"));
}

TEST_CASE("Whether a stack is in maintenance is always told, by the time of the snapshot") {
  OneStack stack;
  stack.verdict.signals = {{Signal::logs, State::healthy}, {Signal::traces, State::healthy}};
  const auto shown = [&](const std::string& signal, const char* value) {
    return has(lines_of(stack), R"(lgtmwatch_maintenance_active{stack="shop",signal=")" + signal + R"("} )" + value);
  };
  const auto active = [&] { return shown("logs", "1") && shown("traces", "0"); };
  const auto inactive = [&] { return shown("logs", "0") && shown("traces", "0"); };
  CHECK(inactive());
  stack.set_maintenance({{{Signal::logs}, noon, noon + 1h, false}});
  CHECK(active());
  stack.set_maintenance({{{Signal::logs}, noon - 1h, noon, true}, {{Signal::logs}, noon + 1s, noon + 1h, true}});
  CHECK(inactive());
}

TEST_CASE("A figure that is no number is left out") {
  const double figure = GENERATE(std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity());
  OneStack stack;
  auto found = tenant();
  found.series = figure;
  stack.add_probe("mimir_tenant", "mimir:9009", Observation(found));
  const auto lines = lines_of(stack);
  CHECK_FALSE(has_family(lines, "mimir_series"));
  CHECK(has_family(lines, "mimir_jobs"));
}

TEST_CASE("Failures are counted for each component by every reason from the start, over all its probes") {
  OneStack stack;
  stack.add_probe("loki_ready", "loki:3100", std::nullopt);
  stack.add_probe("loki_labels", "loki:3100", std::nullopt);
  stack.facts.probes[0].failures[Reason::timeout] = 2;
  stack.facts.probes[1].failures[Reason::timeout] = 3;
  const auto lines = lines_of(stack);
  CHECK(has(lines, R"(lgtmwatch_probe_failures_total{stack="shop",component="loki",reason="timeout"} 5)"));
  for (const auto reason : all_reasons)
    if (reason != Reason::timeout)
      CHECK(has(lines, R"(lgtmwatch_probe_failures_total{stack="shop",component="loki",reason=")" +
                           std::string(to_string(reason)) + "\"} 0"));
}

TEST_CASE("What lgtmwatch counts of itself is shown, the lag as a cumulative histogram") {
  SelfMetrics self;
  self.scrapes = 4;
  self.skipped_runs = 2;
  self.config_last_reload_success = noon;
  self.discovery = {{"stacks.d/*.json", true}, {"http://sd:1", false}};
  self.discovered_stacks = 7;
  for (const auto lag : {0ms, 7ms, 70ms, 20000ms}) self.schedule_lag.observe(lag);
  const auto lines = lines_of(OneStack(), self);
  CHECK(has(lines, "lgtmwatch_scrapes_total 4"));
  CHECK(has(lines, "lgtmwatch_probe_runs_skipped_total 2"));
  CHECK(has(lines, "lgtmwatch_config_last_reload_successful 1"));
  CHECK(has(lines, "lgtmwatch_config_last_reload_success_timestamp_seconds 1795348800"));
  CHECK(has(lines, R"(lgtmwatch_schedule_lag_seconds_bucket{le="0.001"} 1)"));
  CHECK(has(lines, R"(lgtmwatch_schedule_lag_seconds_bucket{le="0.01"} 2)"));
  CHECK(has(lines, R"(lgtmwatch_schedule_lag_seconds_bucket{le="15"} 3)"));
  CHECK(has(lines, R"(lgtmwatch_schedule_lag_seconds_bucket{le="+Inf"} 4)"));
  CHECK(has(lines, "lgtmwatch_schedule_lag_seconds_count 4"));
  CHECK(has(lines, "lgtmwatch_shard_ordinal{shard_ordinal=\"0\"} 0"));
  CHECK(has(lines, "lgtmwatch_total_shards 1"));
  CHECK(has(lines, R"(lgtmwatch_discovery_successful{source="stacks.d/*.json"} 1)"));
  CHECK(has(lines, R"(lgtmwatch_discovery_successful{source="http://sd:1"} 0)"));
  CHECK(has(lines, "lgtmwatch_discovered_stacks 7"));
  CHECK(has(lines, "lgtmwatch_build_info{version=\"" LGTMWATCH_VERSION "\"} 1"));
}

TEST_CASE("No label has a name that a scrape overwrites, no value is NaN, and no series comes twice") {
  std::set<std::string> series;
  for (const auto& line : lines_of(full_stack())) {
    CAPTURE(line);
    if (line.starts_with("#")) continue;
    for (const auto* label : {"instance", "job", "pod", "namespace", "service", "endpoint", "container"})
      for (const auto* before : {"{", ","}) CHECK(line.find(before + std::string(label) + "=\"") == std::string::npos);
    const auto value = line.substr(line.rfind(' ') + 1);
    CHECK(std::isfinite(std::stod(value)));
    CHECK((line.starts_with("lgtmwatch_") || line.starts_with("process_")));
    CHECK(series.insert(line.substr(0, line.rfind(' '))).second);
  }
  CHECK(series.size() > 60);
}

TEST_CASE("Each family is described once, even of many stacks") {
  auto snapshot = full_stack().snapshot();
  auto other = full_stack();
  other.verdict.name = "other";
  snapshot.stacks.push_back(std::make_shared<StackSnapshot>(StackSnapshot{other.facts, other.verdict}));
  std::istringstream text(metrics_text(snapshot, {}, std::nullopt));
  std::set<std::string> types;
  for (std::string line; std::getline(text, line);)
    if (line.starts_with("# TYPE ")) CHECK(types.insert(line).second);
  CHECK(types.size() > 20);
}

TEST_CASE("Label values are escaped") {
  OneStack stack;
  stack.verdict.name = "a\"b\\c\nd";
  CHECK(has(lines_of(stack), R"(lgtmwatch_stack_state{stack="a\"b\\c\nd"} 1)"));
}

TEST_CASE("A canary that is to be scraped is shown with its whole value, and without it there is no such family") {
  OneStack stack;
  CanaryRouteFacts route;
  const auto url = *Url::parse("http://mimir:9009");
  auto plan = std::make_shared<CanaryRoutePlan>(Endpoint(url), Endpoint(url));
  plan->route = "scrape";
  plan->signal = Signal::metrics;
  route.plan = plan;
  stack.facts.canaries = {route};
  CHECK_FALSE(has_family(lines_of(stack), "canary"));
  stack.facts.canaries.front().exposed = ExposedCanary{42, 4503599627370495.0};
  CHECK(has(lines_of(stack), "lgtmwatch_canary{lgtmwatch_stack=\"shop\",lgtmwatch_route=\"scrape\"} 4503599627370495"));
}

TEST_CASE("Every planned look at canaries is counted from the start, and what canaries cost by signal") {
  OneStack stack;
  CanaryRouteFacts route;
  const auto url = *Url::parse("http://loki:3100");
  auto plan = std::make_shared<CanaryRoutePlan>(Endpoint(url), Endpoint(url));
  plan->route = "backend";
  plan->signal = Signal::logs;
  plan->looks.push_back({"grafana", CanaryRead::grafana});
  plan->rereads.push_back({"13h", CanaryRead::query});
  route.plan = plan;
  route.tally.looks["13h"][CanaryLookResult::missing] = 2;
  route.tally.reads = 7;
  route.tally.series = 3;
  stack.facts.canaries = {route, route};
  const auto lines = lines_of(stack);
  const std::string labels = R"(stack="shop",signal="logs",route="backend",)";
  CHECK(has(lines, "lgtmwatch_canary_looks_total{" + labels + R"(look="13h",result="missing"} 2)"));
  CHECK(has(lines, "lgtmwatch_canary_looks_total{" + labels + R"(look="grafana",result="found"} 0)"));
  CHECK(has(lines, R"(lgtmwatch_canary_reads_total{stack="shop",signal="logs"} 14)"));
  CHECK(has(lines, R"(lgtmwatch_canary_series_total{stack="shop",signal="logs"} 6)"));
}

}  // namespace
