#include "diagnosis/canaries.hpp"

#include <algorithm>

namespace lgtmwatch {
namespace {

constexpr Duration until_settled = std::chrono::seconds(15);  // with a second read, ten seconds after the first

State state_of(CanaryOutcome outcome) {
  switch (outcome) {
    case CanaryOutcome::visible: return State::healthy;
    case CanaryOutcome::late:
    case CanaryOutcome::duplicate: return State::degraded;
    case CanaryOutcome::corrupt:
    case CanaryOutcome::lost:
    case CanaryOutcome::rejected:
    case CanaryOutcome::unacknowledged: return State::broken;
    case CanaryOutcome::unknown: break;
  }
  return State::unknown;
}

bool writes_lines(const CanaryRouteFacts& route) {
  return route.plan->entrance == CanaryEntrance::file || route.plan->entrance == CanaryEntrance::standard_output;
}

// Its door, or the Alloy behind it, has come back so recently that no canary was written and settled since.
bool has_just_come_back(const View& view, const CanaryRouteFacts& route) {
  const auto* alloy = view.alloy_of(route.plan->route);
  if (!alloy) return false;
  const auto since = view.now() - route.plan->interval - until_settled;
  const auto* facts = view.find("alloy_ready", alloy->name);
  return view.receiver_recovered_since(route.plan->route, since) || (facts && facts->recovered_at > since);
}

bool a_direct_route_works(const View& view, Signal signal) {
  const auto& routes = view.canaries();
  return std::any_of(routes.begin(), routes.end(), [&](const CanaryRouteFacts& route) {
    return route.plan->signal == signal && is_direct(route) && canary_state(view, route) == State::healthy;
  });
}

}  // namespace

bool is_direct(const CanaryRouteFacts& route) { return route.plan->route.starts_with("direct-"); }

bool went_wrong_twice(const CanaryFormFacts& form) {
  return form.recent.size() > 1 && std::all_of(form.recent.begin(), form.recent.end(), [](CanaryOutcome outcome) {
           return state_of(outcome) == State::broken;
         });
}

std::string canary_path_of(const CanaryRouteFacts& route) { return "canary/" + route.plan->route; }

bool is_only_late(const View& view, const CanaryRouteFacts& route) {
  const bool was_late = !route.recent.empty() && route.recent.front() == CanaryOutcome::late;
  return was_late && route.overdue_still(view.now()) > 0 &&
         route.CanaryFormFacts::overdue_still(2 * route.plan->patience.deadline, view.now()) == 0;
}

State canary_state(const View& view, const CanaryRouteFacts& route) {
  if (!route.checked || (is_direct(route) && route.last && route.last->no_door)) return State::unknown;
  const auto of_overdue = is_only_late(view, route) ? State::degraded : State::broken;
  std::vector<State> newest_first(route.overdue_still(view.now()), of_overdue);
  for (const auto outcome : route.recent) newest_first.push_back(state_of(outcome));
  if (newest_first.empty()) return State::unknown;
  auto state = newest_first.front();
  const bool single = newest_first.size() > 1 && newest_first[1] < State::broken;
  if (state == State::broken && single) state = State::degraded;
  const bool is_over = view.is_recovering(backend_of(route.plan->signal)) || has_just_come_back(view, route);
  if (state >= State::degraded && is_over) return State::unknown;
  return state;
}

bool is_unscraped(const View& view, const CanaryRouteFacts& route) {
  if (route.plan->entrance != CanaryEntrance::scrape || !route.last || route.last->acknowledged) return false;
  return route.overdue_still(view.now()) > 0 ||
         (!route.recent.empty() && route.recent.front() == CanaryOutcome::unacknowledged);
}

Stage failing_stage(const View& view, const CanaryRouteFacts& route) {
  if (is_direct(route)) return Stage::ingest;
  if (is_unscraped(view, route)) return Stage::receive;
  if (route.last && route.last->log_unreadable) return Stage::source;
  const bool refused = !route.recent.empty() && route.recent.front() == CanaryOutcome::rejected;
  if (refused && route.overdue_still(view.now()) == 0) return writes_lines(route) ? Stage::source : Stage::receive;
  return a_direct_route_works(view, route.plan->signal) ? Stage::export_ : Stage::ingest;
}

CanaryStatus canary_status(const View& view, const CanaryRouteFacts& route) {
  CanaryStatus status;
  status.route = route.plan->route;
  status.checked = route.checked;
  status.note = route.note;
  status.signal = route.plan->signal;
  status.state = canary_state(view, route);
  status.in_flight = route.tally.in_flight();
  status.overdue = route.overdue(view.now());
  status.recent = route.recent;
  status.latencies = route.latencies;
  status.last = route.last;
  status.looks = route.looks;
  for (const auto& form : route.other_forms)
    if (form.last) status.other_forms.emplace_back(form.form, *form.last);
  return status;
}

PathVerdict judge_canary_path(const View& view, const CanaryRouteFacts& route) {
  PathVerdict path;
  path.path = canary_path_of(route);
  path.signal = route.plan->signal;
  const auto state = canary_state(view, route);
  const auto failing = failing_stage(view, route);
  for (const auto stage : path_stages) {
    if ((stage == Stage::source && !writes_lines(route)) || stage == Stage::visualize) continue;
    const bool proven = state == State::healthy || state == State::degraded;
    auto of_stage = proven ? State::healthy : State::unknown;
    if (state >= State::degraded && stage == failing) of_stage = state;
    path.stages.push_back({stage, of_stage});
  }
  return path;
}

}  // namespace lgtmwatch
