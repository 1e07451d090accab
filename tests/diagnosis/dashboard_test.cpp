#include <catch2/catch.hpp>

#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

using Causes = std::vector<std::string>;

Causes causes_of(const StackVerdict& verdict) {
  Causes causes;
  for (const auto& finding : verdict.findings) causes.push_back(finding.cause);
  return causes;
}

PanelAnswer panel(const std::string& title, PanelState state, const std::string& type = "prometheus") {
  PanelAnswer made;
  made.id = "shop/" + title;
  made.title = "Shop / " + title;
  made.datasources = {{type == "prometheus" ? "mimir" : type, type, true}};
  made.state = state;
  if (state == PanelState::error) made.what = "parse error";
  return made;
}

PanelPast past_of(int with_data, int empty, bool broken_off) {
  PanelPast past;
  past.with_data = with_data;
  past.empty = empty;
  past.broken_off = broken_off;
  return past;
}

// A dashboard with the panel Rate in that state and one of logs that has data.
TestStack with_rate(PanelState state, PanelPast past = {}) {
  TestStack stack;
  stack.with_grafana();
  DashboardPanels found;
  found.panels = {panel("Rate", state), panel("Logs", PanelState::data, "loki")};
  stack.dashboard("shop", found, {{"shop/Rate", past}});
  return stack;
}

TestStack with_lost_rate() { return with_rate(PanelState::empty, past_of(20, 2, false)); }

const Criterion& criterion(const StackVerdict& verdict) { return verdict.criteria.back(); }

State visualize_state(const StackVerdict& verdict, Signal signal) {
  for (const auto& path : verdict.paths)
    if (path.signal == signal) return path.stages.back().state;
  FAIL("no path");
  return State::unknown;
}

}  // namespace

TEST_CASE("A dashboard whose panels all have data is one more criterion that is met") {
  const auto verdict = with_rate(PanelState::data).judge();
  CHECK(verdict.state == State::healthy);
  CHECK(criterion(verdict).name == "dashboard shop: every panel has data");
  CHECK(criterion(verdict).state == State::healthy);
  CHECK(criterion(verdict).note.empty());
}

TEST_CASE("A panel that had data and is empty while telemetry arrives reads something that was renamed") {
  const auto verdict = with_lost_rate().judge();
  REQUIRE(causes_of(verdict) == Causes{"dashboard-metric-renamed"});
  const auto& finding = verdict.findings.front();
  CHECK(finding.subject == "shop");
  CHECK(finding.signals == std::vector{Signal::metrics});
  CHECK(finding.summary == "dashboard shop: a panel that had data is empty, while telemetry arrives: Shop / Rate");
  CHECK(verdict.state == State::degraded);
  CHECK(visualize_state(verdict, Signal::metrics) == State::degraded);
  CHECK(visualize_state(verdict, Signal::logs) == State::healthy);
  CHECK(criterion(verdict).state == State::degraded);
}

TEST_CASE("A panel that is empty is shown, but no finding, where it had no data before or only now and then") {
  for (const auto& past : {past_of(0, 5, false), past_of(4, 5, false), past_of(20, 1, false), past_of(200, 5, true)}) {
    const auto verdict = with_rate(PanelState::empty, past).judge();
    CHECK(verdict.findings.empty());
    CHECK(verdict.state == State::unknown);
    CHECK(criterion(verdict).state == State::unknown);
    CHECK(criterion(verdict).note == "empty: Shop / Rate");
  }
  CHECK(causes_of(with_rate(PanelState::empty, past_of(400, 2, true)).judge()) == Causes{"dashboard-metric-renamed"});
}

TEST_CASE("A panel of errors, or of what exceeds a bound, may be empty after it had data") {
  TestStack stack;
  stack.with_grafana();
  auto errors = panel("Rate", PanelState::empty);
  errors.seldom = true;
  DashboardPanels found;
  found.panels = {errors, panel("Logs", PanelState::data, "loki")};
  stack.dashboard("shop", found, {{"shop/Rate", past_of(100, 5, false)}});
  CHECK(stack.judge().findings.empty());
  CHECK(criterion(stack.judge()).state == State::healthy);
  CHECK(criterion(stack.judge()).note == "empty: Shop / Rate");
  stack.dashboard("shop", found, {{"shop/Rate", past_of(400, 2, false)}});
  CHECK(causes_of(stack.judge()) == Causes{"dashboard-metric-renamed"});
}

TEST_CASE("A panel that is empty because its source is silent follows from that") {
  auto stack = with_lost_rate();
  stack.newest("shop/metrics@backend", minutes(5));
  CHECK(stack.judge().findings.front().cause != "dashboard-metric-renamed");
  for (const auto& cause : causes_of(stack.judge())) CHECK(cause != "dashboard-metric-renamed");
}

TEST_CASE("Nothing is said of an empty panel whose backend, datasource or Grafana does not work") {
  auto recovering = with_lost_rate();
  recovering.recovered("mimir_ready", "mimir:9009", seconds(60));
  CHECK(recovering.judge().findings.empty());

  auto hidden = with_lost_rate();
  hidden.datasource("mimir", QueryAnswer::unreachable);
  CHECK(causes_of(hidden.judge()) == Causes{"grafana-ds-wrong-url"});

  auto doubtful = with_lost_rate();
  doubtful.failed_once("grafana_ready", "grafana:3000", Reason::timeout);
  CHECK(doubtful.judge().findings.empty());
}

TEST_CASE("A panel that fails is a finding in Grafana's own words") {
  const auto verdict = with_rate(PanelState::error).judge();
  REQUIRE(causes_of(verdict) == Causes{"dashboard-panel-failing"});
  CHECK(verdict.findings.front().summary == "dashboard shop: a panel fails: Shop / Rate; parse error");
  CHECK(criterion(verdict).note == "failing: Shop / Rate");
  CHECK(verdict.signals.at(Signal::metrics) == State::degraded);
}

TEST_CASE("A panel that fails with its datasource or backend is not told twice") {
  auto stack = with_rate(PanelState::error);
  stack.datasource("mimir", QueryAnswer::unreachable);
  CHECK(causes_of(stack.judge()) == Causes{"grafana-ds-wrong-url"});

  auto down = with_rate(PanelState::error);
  down.failed("mimir_ready", "mimir:9009", Reason::refused);
  CHECK(causes_of(down.judge()) == Causes{"backend-down"});
}

TEST_CASE("A panel of several datasources fails with any of them") {
  TestStack stack;
  stack.with_grafana();
  auto mixed = panel("Rate", PanelState::error);
  mixed.datasources.push_back({"loki", "loki", true});
  DashboardPanels found;
  found.panels = {mixed};
  stack.dashboard("shop", found, {});
  CHECK(stack.judge().findings.front().signals == std::vector{Signal::metrics, Signal::logs});
  stack.datasource("loki", QueryAnswer::unreachable);
  CHECK(causes_of(stack.judge()) == Causes{"grafana-ds-wrong-url"});
}

TEST_CASE("A panel that failed once is a finding only where it was never seen to work") {
  auto past = past_of(10, 0, false);
  past.failing = 1;
  CHECK(with_rate(PanelState::error, past).judge().findings.empty());
  past.failing = 2;
  CHECK(causes_of(with_rate(PanelState::error, past).judge()) == Causes{"dashboard-panel-failing"});
  past.with_data = 0;
  past.failing = 1;
  CHECK(causes_of(with_rate(PanelState::error, past).judge()) == Causes{"dashboard-panel-failing"});
}

TEST_CASE("A panel of a datasource that Grafana does not know names the uid") {
  TestStack stack;
  stack.with_grafana();
  auto lost = panel("Rate", PanelState::error);
  lost.datasources = {{"P8E80F9AEF21F6940", "prometheus", false}};
  lost.unknown_datasource = true;
  DashboardPanels found;
  found.panels = {lost};
  stack.dashboard("shop", found, {});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"grafana-ds-uid-changed"});
  CHECK(verdict.findings.front().summary ==
        "dashboard shop: a panel of a datasource that Grafana does not know (P8E80F9AEF21F6940): Shop / Rate");
}

TEST_CASE("A dashboard that is missing is a finding") {
  TestStack stack;
  stack.with_grafana();
  DashboardPanels missing;
  missing.missing = true;
  stack.dashboard("folder:Shop", missing, {});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"dashboard-missing"});
  CHECK(verdict.findings.front().summary == "Grafana shows lgtmwatch no dashboard in a folder Shop");
  CHECK(criterion(verdict).state == State::broken);
  CHECK(verdict.state == State::degraded);
}

TEST_CASE("What could not be asked leaves the criterion unknown, what cannot be asked is only mentioned") {
  auto stack = with_rate(PanelState::unknown);
  CHECK(stack.judge().findings.empty());
  CHECK(criterion(stack.judge()).note == "not to be found out: Shop / Rate");
  CHECK(criterion(stack.judge()).state == State::unknown);

  DashboardPanels found;
  found.panels = {panel("Rate", PanelState::data)};
  found.left_out = 2;
  stack.dashboard("shop", found, {});
  CHECK(criterion(stack.judge()).state == State::healthy);
  CHECK(criterion(stack.judge()).note == "2 that cannot be asked left out");
}

TEST_CASE("A token that may not read the dashboard leaves it unknown") {
  auto stack = with_rate(PanelState::data);
  stack.failed("grafana_dashboard", "shop", Reason::auth);
  const auto verdict = stack.judge();
  CHECK(causes_of(verdict) == Causes{"watcher-auth-rejected"});
  CHECK(criterion(verdict).state == State::unknown);
}

}  // namespace lgtmwatch
