#include "diagnosis/inflow.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {
namespace {

constexpr double most_lines_of_a_plain_canary = 3;  // an unordered one
constexpr Duration at_the_same_time = std::chrono::seconds(5);
constexpr Duration log_lag = std::chrono::seconds(10);     // until logs and metrics are found, at most
constexpr Duration search_lag = std::chrono::seconds(45);  // until Tempo's search finds a trace
constexpr double most_items_of_a_large_canary = 2000;

bool others_arrive(const View& view, const Expectation& silent) {
  const auto& expectations = view.plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& other) {
    return other.receiver == silent.receiver && other.signal == silent.signal && other.source != silent.source &&
           view.source(other).state == State::healthy;
  });
}

// The most items that canaries of one route can add within that time.
double most_of_canaries(const CanaryRoutePlan& route, Duration within) {
  const auto has = [&](CanaryForm form) {
    return std::any_of(route.forms.begin(), route.forms.end(), [&](const auto& each) { return each.form == form; });
  };
  const double written = std::ceil(to_seconds(within) / std::max(to_seconds(route.interval), 1.0)) + 1;
  const double items = has(CanaryForm::unordered) ? most_lines_of_a_plain_canary : 1;
  return written * items + (has(CanaryForm::large) ? most_items_of_a_large_canary : 0);
}

// What it sent before it fell silent is no part of it.
std::optional<Stretch> taken_since_seen(const View& view, const Expectation& silent, const Flow& flow) {
  const auto* facts = view.newest_facts(silent);
  return flow.since(facts && facts->last_seen ? *facts->last_seen + at_the_same_time : WallTime());
}

std::vector<const CanaryRoutePlan*> canaries_through_its_receiver(const View& view, const Expectation& silent) {
  std::vector<const CanaryRoutePlan*> found;
  for (const auto& route : view.canaries())
    if (route.plan->signal == silent.signal && route.plan->route == silent.receiver && route.checked)
      found.push_back(route.plan.get());
  return found;
}

// Canaries come through the same receiver and account for all that it has counted.
bool is_of_canaries(const View& view, const Expectation& silent, const Flow& flow) {
  const auto routes = canaries_through_its_receiver(view, silent);
  if (routes.empty()) return false;
  const auto taken = taken_since_seen(view, silent, flow);
  if (!taken) return true;
  double expected = 0;
  Duration rarest{};
  for (const auto* route : routes) {
    expected += most_of_canaries(*route, taken->time);
    rarest = std::max(rarest, route->interval);
  }
  if (taken->increase > expected) return false;
  // Something moves it at every reading, though canaries are written less often than it is read.
  return rarest < 2 * flow.interval || flow.moved_in_a_row < 3;
}

// What was taken since the newest record that is there; not what came at the same time as that.
bool has_moved_since_seen(const View& view, const Expectation& silent, const Flow& flow) {
  const auto* facts = view.newest_facts(silent);
  return flow.last_moved &&
         (!facts || !facts->last_seen || *flow.last_moved - *facts->last_seen > 2 * flow.interval + at_the_same_time);
}

// Of what moves it steadily the first reading may have found only the end of its interval, and one a canary.
WallTime taken_by(const View& view, const Expectation& silent, const Flow& flow) {
  if (flow.still_in_a_row > 0) return *flow.last_moved;
  const int unsure = canaries_through_its_receiver(view, silent).empty() ? 1 : 2;
  return flow.read_at - (flow.moved_in_a_row - unsure) * flow.interval;
}

// It was asked for long enough after something was taken.
bool would_be_found_by_now(const View& view, const Expectation& silent, const Flow& flow) {
  const auto* asked = view.newest(silent).run();
  const auto until_visible = silent.signal == Signal::traces ? search_lag : log_lag;
  return asked && asked->at - taken_by(view, silent, flow) >= until_visible;
}

}  // namespace

Flow flow_into(const View& view, const Expectation& silent) {
  const auto* alloy = view.alloy_of(silent.receiver);
  return alloy ? Pipeline(view, *alloy).inflow(*view.receiver(silent.receiver), silent.signal) : Flow();
}

Inflow inflow_of(const View& view, const Expectation& silent) {
  const auto flow = flow_into(view, silent);
  if (!flow.compared) return Inflow::unknown;
  if (!flow.moves) return Inflow::still;
  if (!has_moved_since_seen(view, silent, flow)) return flow.still_in_a_row > 0 ? Inflow::still : Inflow::unknown;
  if (view.is_scraped(silent) || others_arrive(view, silent)) return Inflow::unknown;
  if (is_of_canaries(view, silent, flow)) return Inflow::unknown;
  return would_be_found_by_now(view, silent, flow) ? Inflow::moves : Inflow::begins;
}

}  // namespace lgtmwatch
