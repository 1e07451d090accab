#include "daemon/status/panel_past.hpp"

#include <algorithm>

#include "daemon/model/datasource_type.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration young = std::chrono::minutes(10);
constexpr Duration arriving = std::chrono::minutes(1);  // panels of rates are empty before their metrics are stale

PanelPast begun_anew(const PanelPast& past) {
  PanelPast anew;
  anew.broken_off = true;
  anew.newest = past.newest;
  return anew;
}

PanelPast with_data(PanelPast past, const std::optional<WallTime>& newest, WallTime at) {
  const bool old = newest && at - *newest > young;
  if (past.empty > 0 || (past.aged && !old)) past = begun_anew(past);
  past.aged = old;
  const bool advanced = !newest || !past.newest || *newest > *past.newest;
  if (!old && advanced) ++past.with_data;
  if (newest && advanced) past.newest = newest;
  return past;
}

bool has_newest_since(const StackFacts& stack, const Expectation& expectation, WallTime time) {
  const auto target = target_of(expectation);
  return std::any_of(stack.probes.begin(), stack.probes.end(), [&](const ProbeFacts& facts) {
    return facts.last_seen && *facts.last_seen >= time && facts.target == target;
  });
}

bool is_at_rest(const StackFacts& stack, Component backend, WallTime at) {
  bool expects = false;
  for (const auto& expectation : stack.plan->expectations) {
    if (backend_of(expectation.signal) != backend) continue;
    if (has_newest_since(stack, expectation, at - arriving)) return false;
    expects = true;
  }
  return expects;
}

}  // namespace

bool is_at_rest(const StackFacts& stack, const PanelAnswer& panel, WallTime at) {
  return panel.state == PanelState::empty &&
         std::any_of(panel.datasources.begin(), panel.datasources.end(), [&](const PanelDatasource& datasource) {
           const auto backend = backend_of_type(datasource.type);
           return backend && is_at_rest(stack, *backend, at);
         });
}

PanelPast advance(PanelPast past, const PanelAnswer& panel, WallTime at) {
  switch (panel.state) {
    case PanelState::unknown: return past;
    case PanelState::error: ++past.failing; return past;
    case PanelState::empty: ++past.empty; break;
    case PanelState::data: past = with_data(past, panel.newest, at); break;
  }
  past.failing = 0;
  return past;
}

}  // namespace lgtmwatch
