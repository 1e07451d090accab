#include "daemon/serve/page.hpp"

#include <catch2/catch.hpp>

#include "daemon/serve/sparkline.hpp"
#include "tests/serve/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

const std::string hostile = "<script>alert('x')</script>\"&";
const std::string harmless = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;";

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

// Every text of the snapshot is an attack.
OneStack hostile_stack() {
  OneStack stack;
  auto& verdict = stack.verdict;
  verdict.name = hostile;
  Finding finding;
  finding.cause = finding.summary = hostile;
  finding.evidence = finding.remedy = finding.alternatives = finding.consequences = {hostile};
  verdict.findings = {finding};
  ComponentStatus alloy;
  alloy.component = Component::alloy;
  alloy.name = alloy.address = alloy.version = hostile;
  verdict.components = {alloy};
  SourceStatus source;
  source.source = source.receiver = hostile;
  verdict.sources = {source};
  verdict.receivers = {{hostile, Signal::logs, State::broken}};
  verdict.paths = {{hostile, Signal::logs, {{Stage::receive, State::broken}}}};
  verdict.datasources = {{hostile, Signal::logs, State::broken}};
  DashboardStatus dashboard;
  dashboard.dashboard = hostile;
  dashboard.panels = {{hostile, PanelState::error, hostile}};
  verdict.dashboards = {dashboard};
  return stack;
}

TEST_CASE("Every name and message is escaped, wherever it is shown") {
  const auto page = status_page(hostile_stack().snapshot());
  CHECK(count(page, "<script") == 1);  // its own
  CHECK(count(page, "alert('") == 0);
  CHECK(count(page, harmless) == 18);
}

TEST_CASE("A path is a chain of its stages, each with its state") {
  OneStack stack;
  stack.verdict.paths = {
      {"shop@docker", Signal::logs, {{Stage::source, State::healthy}, {Stage::receive, State::broken}}}};
  const auto page = status_page(stack.snapshot());
  CHECK_THAT(page, Contains("<p class=\"path\">shop@docker <small>logs</small></p><ol class=\"chain\">"
                            "<li class=\"healthy\" title=\"source: healthy\">source<span> healthy</span></li>"
                            "<li class=\"broken\" title=\"receive: broken\">receive<span> broken</span></li></ol>"));
}

TEST_CASE("The paths of healthy canaries are folded and counted, all others are shown") {
  OneStack stack;
  stack.verdict.paths = {{"canary/backend", Signal::logs, {{Stage::receive, State::healthy}}},
                         {"canary/backend", Signal::traces, {{Stage::receive, State::degraded}}},
                         {"shop", Signal::logs, {{Stage::receive, State::healthy}}}};
  const auto page = status_page(stack.snapshot());
  CHECK_THAT(page, Contains("<details><summary>1 healthy of canaries</summary><p class=\"path\">canary/backend "
                            "<small>logs</small>"));
  CHECK(page.find("canary/backend <small>traces") < page.find("<details>"));
  CHECK(page.find(">shop <small>logs") < page.find("<details>"));
}

TEST_CASE("The page loads nothing from elsewhere") {
  const auto page = status_page(hostile_stack().snapshot());
  for (const auto* part : {"src=", "stylesheet", "@import", "http://", "https://", "url("}) {
    CAPTURE(part);
    CHECK(page.find(part) == std::string::npos);
  }
}

TEST_CASE("Of a dashboard the page names the panels without data, and counts the others") {
  OneStack stack;
  DashboardStatus dashboard;
  dashboard.dashboard = "shop";
  dashboard.state = State::degraded;
  dashboard.panels = {{"Shop / Rate", PanelState::empty, "its queries bring nothing"},
                      {"Shop / Lines", PanelState::data, ""},
                      {"Shop / Spans", PanelState::data, ""}};
  dashboard.left_out = 1;
  stack.verdict.dashboards = {dashboard};
  const auto page = status_page(stack.snapshot());
  CHECK_THAT(page, Contains("<td>shop</td><td class=\"degraded\">degraded</td><td>2 with data<br>Shop / Rate: empty "
                            "<small>its queries bring nothing</small><br>1 cannot be asked<br></td>"));
  CHECK_THAT(page, !Contains("Shop / Lines"));
}

TEST_CASE("The page says what the verdict says") {
  OneStack stack;
  stack.verdict.state = State::broken;
  stack.verdict.signals = {{Signal::logs, State::broken}};
  stack.verdict.criteria = {{"a", State::healthy}, {"b", State::broken}};
  stack.verdict.findings = {incident()};
  SourceStatus source;
  source.source = "backend";
  source.max_age = 10min;
  source.last_seen = noon - 42min;
  source.state = State::broken;
  stack.verdict.sources = {source};
  const auto page = status_page(stack.snapshot());
  CHECK_THAT(page, Contains("as of 2026-11-22T12:00:00Z"));
  CHECK_THAT(page, Contains("<h2><a href=\"stacks/shop\">shop</a>: <span class=\"broken\">broken</span> "
                            "<small>1 of 2 criteria met</small></h2>"));
  CHECK_THAT(page, Contains("The scraper tails nothing"));
  CHECK_THAT(page, Contains("<li>mount the socket</li>"));
  CHECK_THAT(page, Contains("<td>logs</td><td class=\"broken\">broken</td>"));
  CHECK_THAT(page, Contains("42m ago (max 10m)"));
  CHECK_THAT(page, !Contains("still under way"));
}

TEST_CASE("While a window of maintenance holds the page says until when, for what, and whether canaries are paused") {
  OneStack stack;
  CHECK_THAT(status_page(stack.snapshot()), !Contains("maintenance"));
  stack.set_maintenance({{{Signal::metrics, Signal::logs}, noon, noon + 1h, true},
                         {{Signal::traces}, noon, noon + 2h, false},
                         {{Signal::logs}, noon + 1s, noon + 3h, true}});
  const auto page = status_page(stack.snapshot());
  CHECK_THAT(page, Contains(">In maintenance until 2026-11-22T13:00:00Z (metrics, logs); canaries are paused</p>"));
  CHECK_THAT(page, Contains(">In maintenance until 2026-11-22T14:00:00Z (traces)</p>"));
  CHECK(count(page, "maintenance") == 2);
}

TEST_CASE("A component is shown with what it answered") {
  struct Case {
    std::optional<bool> up;
    std::optional<bool> ready;
    const char* cell;
  };
  const auto test_case = GENERATE(Case{std::nullopt, std::nullopt, "<td class=\"unknown\">not asked yet</td>"},
                                  Case{false, std::nullopt, "<td class=\"broken\">does not answer</td>"},
                                  Case{true, std::nullopt, "<td class=\"unknown\">readiness unknown</td>"},
                                  Case{true, false, "<td class=\"degraded\">not ready</td>"},
                                  Case{true, true, "<td class=\"healthy\">ready</td>"});
  OneStack stack;
  ComponentStatus loki;
  loki.up = test_case.up;
  loki.ready = test_case.ready;
  stack.verdict.components = {loki};
  CHECK_THAT(status_page(stack.snapshot()), Contains(test_case.cell));
}

TEST_CASE("The title says how bad it is, and where nothing is watched the page says so") {
  OneStack stack;
  stack.verdict.state = State::degraded;
  CHECK_THAT(status_page(stack.snapshot()), Contains("<title>lgtmwatch: degraded</title>"));
  CHECK_THAT(status_page(Snapshot()),
             Contains("<title>lgtmwatch: no stack</title>") && Contains("No stack is watched."));
}

TEST_CASE("Before the first round has ended the page says so, and shows what was never seen as never seen") {
  OneStack stack;
  stack.verdict.sources = {SourceStatus()};
  auto snapshot = stack.snapshot();
  snapshot.complete = false;
  CHECK_THAT(status_page(snapshot), Contains("The first round of probes is still under way."));
  CHECK_THAT(status_page(snapshot), Contains("never seen"));
}

TEST_CASE("A route of canaries that is not checked says why") {
  OneStack stack;
  CanaryStatus canary;
  canary.route = "mobile";
  canary.checked = false;
  canary.note = "no <output> for logs";
  stack.verdict.canaries = {canary};
  CHECK_THAT(status_page(stack.snapshot()), Contains("<td>not checked <small>no &lt;output&gt; for logs</small></td>"));
}

TEST_CASE("A route of canaries shows a line of the latencies of its last ones") {
  OneStack stack;
  CanaryStatus canary;
  canary.route = "backend";
  canary.latencies = {1s, 500ms};
  stack.verdict.canaries = {canary};
  CHECK_THAT(status_page(stack.snapshot()), Contains("<td>" + sparkline({1s, 500ms}) + "</td>"));
}

}  // namespace
