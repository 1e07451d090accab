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

}  // namespace lgtmwatch
