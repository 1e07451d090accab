#include <catch2/catch.hpp>

#include "tests/status/support.hpp"

namespace lgtmwatch {

using namespace test;

namespace {

RunRecord panels(std::vector<std::pair<std::string, PanelState>> states) {
  DashboardPanels found;
  for (auto& [id, state] : states) {
    PanelAnswer panel;
    panel.id = id;
    panel.state = state;
    found.panels.push_back(panel);
  }
  return RunRecord(Observation(found));
}

struct OneDashboard {
  OneDashboard() {
    const auto stack = store.add_stack(plan_named("shop"));
    ProbeFacts facts;
    facts.probe = "grafana_dashboard";
    facts.target = "shop";
    place = store.add_probe(stack, facts);
  }
  PanelPast after(std::vector<PanelState> runs) {
    for (const auto state : runs) store.record(place, panels({{"shop/1", state}}));
    return past().at("shop/1");
  }
  std::map<std::string, PanelPast> past() { return store.publish(noon)->stacks.front()->facts.probes.front().panels; }

  FakeJudge judge;
  StatusStore store = judge.store();
  StatusStore::Place place;
};

}  // namespace

TEST_CASE("The store remembers how long a panel had data, and for how many runs it has been empty since") {
  const auto past = OneDashboard().after({PanelState::data, PanelState::data, PanelState::empty, PanelState::empty});
  CHECK(past.with_data == 2);
  CHECK(past.empty == 2);
  CHECK_FALSE(past.broken_off);
}

TEST_CASE("A panel that comes and goes begins anew, and the store knows that it does") {
  const auto past = OneDashboard().after({PanelState::data, PanelState::empty, PanelState::data});
  CHECK(past.with_data == 1);
  CHECK(past.empty == 0);
  CHECK(past.broken_off);
}

TEST_CASE("A panel that fails or cannot be asked keeps its past") {
  const auto past = OneDashboard().after({PanelState::data, PanelState::error, PanelState::unknown, PanelState::data});
  CHECK(past.with_data == 2);
  CHECK_FALSE(past.broken_off);
}

TEST_CASE("A panel that is gone from its dashboard is forgotten, a run that failed forgets none") {
  OneDashboard dashboard;
  dashboard.store.record(dashboard.place, panels({{"shop/1", PanelState::data}, {"shop/2", PanelState::data}}));
  dashboard.store.record(dashboard.place, failed(Reason::timeout));
  CHECK(dashboard.past().size() == 2);
  dashboard.store.record(dashboard.place, panels({{"shop/2", PanelState::data}}));
  CHECK(dashboard.past().size() == 1);
  CHECK(dashboard.past().at("shop/2").with_data == 2);
}

namespace {

// A panel of Mimir, in which metrics of a source are expected.
struct DashboardBesideMetrics {
  explicit DashboardBesideMetrics(Signal expected = Signal::metrics) {
    auto plan = std::make_shared<StackPlan>();
    plan->name = "shop";
    Expectation expectation;
    expectation.source = "app";
    expectation.signal = expected;
    expectation.receiver = "backend";
    expectation.max_age = std::chrono::minutes(30);
    plan->expectations = {expectation};
    const auto stack = store.add_stack(plan);
    ProbeFacts of_newest;
    of_newest.target = target_of(expectation);
    metrics = store.add_probe(stack, of_newest);
    dashboard = store.add_probe(stack, ProbeFacts());
  }
  void shows(PanelState state, WallTime at) {
    PanelAnswer panel;
    panel.id = "shop/1";
    panel.state = state;
    panel.datasources = {{"mimir", "prometheus", true}};
    DashboardPanels found;
    found.panels = {panel};
    RunRecord run{Observation(found)};
    run.at = at;
    store.record(dashboard, std::move(run));
  }
  PanelPast past() { return store.publish(noon)->stacks.front()->facts.probes.back().panels.at("shop/1"); }

  FakeJudge judge;
  StatusStore store = judge.store();
  StatusStore::Place metrics;
  StatusStore::Place dashboard;
};

}  // namespace

TEST_CASE(
    "A panel that is empty while nothing arrives goes on where it was, and is not called lost when it comes back") {
  using std::chrono::minutes;
  DashboardBesideMetrics idle;
  idle.store.record(idle.metrics, newest(noon));
  idle.shows(PanelState::data, noon);
  for (int minute = 2; minute < 9; ++minute) idle.shows(PanelState::empty, noon + minutes(minute));
  CHECK(idle.past().empty == 0);
  CHECK(idle.past().with_data == 1);
  idle.store.record(idle.metrics, newest(noon + minutes(9)));
  idle.shows(PanelState::empty, noon + minutes(9));
  CHECK(idle.past().empty == 1);  // now it should have some
  idle.shows(PanelState::data, noon + minutes(10));
  CHECK(idle.past().empty == 0);
}

TEST_CASE("Where nothing is expected in a panel's backend, every empty run counts") {
  DashboardBesideMetrics other(Signal::logs);
  other.shows(PanelState::data, noon);
  other.shows(PanelState::empty, noon + std::chrono::minutes(2));
  CHECK(other.past().empty == 1);
}

}  // namespace lgtmwatch
