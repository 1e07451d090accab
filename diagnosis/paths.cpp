#include "diagnosis/paths.hpp"

#include <algorithm>

#include "diagnosis/dashboards.hpp"
#include "diagnosis/query.hpp"
#include "diagnosis/visualize.hpp"

namespace lgtmwatch {
namespace {

State proven_or_unknown(bool fresh) { return fresh ? State::healthy : State::unknown; }

State network_state(const View& view, const Expectation& expectation, bool fresh) {
  const auto answers = view.receiver_answers(expectation.receiver);
  if (!answers.value()) return proven_or_unknown(fresh);
  const auto* refusal = refusal_of(*answers.value(), expectation.signal);
  if (!refusal) return State::healthy;
  const bool no_way = refusal->reason == Reason::dns || refusal->reason == Reason::unreachable;
  if (!no_way) return State::healthy;
  return view.is_our_own_trouble(expectation.receiver, *refusal) ? State::unknown : State::broken;
}

State receive_state(const View& view, const Expectation& expectation, bool fresh) {
  const auto answers = view.receiver_answers(expectation.receiver);
  if (answers.value()) {
    const auto* refusal = refusal_of(*answers.value(), expectation.signal);
    if (!refusal) return State::healthy;
    const bool no_way = refusal->reason == Reason::dns || refusal->reason == Reason::unreachable;
    if (no_way || view.is_our_own_trouble(expectation.receiver, *refusal)) return proven_or_unknown(fresh);
    return State::broken;
  }
  const auto* alloy = view.alloy_of(expectation.receiver);
  if (!alloy || fresh) return proven_or_unknown(fresh);
  return view.silence(*alloy) ? State::broken : State::unknown;
}

State ingest_state(const View& view, const Expectation& expectation, bool fresh) {
  const auto ready = view.readiness(backend_of(expectation.signal));
  if (view.silence(backend_of(expectation.signal))) return State::broken;
  if (ready.value() && !ready.value()->ready)
    return view.is_stuck(backend_of(expectation.signal)) && !fresh ? State::broken : State::degraded;
  return proven_or_unknown(fresh);
}

State query_state(const View& view, const Expectation& expectation, bool fresh) {
  if (view.newest(expectation).value()) return State::healthy;
  if (query_fault(view, backend_of(expectation.signal))) return State::broken;
  const bool failed_now = view.newest(expectation).error() != nullptr;
  return failed_now ? State::unknown : proven_or_unknown(fresh);
}

State source_state(const View& view, const Expectation& expectation, const PathVerdict& others) {
  const auto status = view.source(expectation);
  if (status.state != State::broken) return status.state;
  if (path_state(others) >= State::degraded) return State::unknown;  // something else explains the silence
  return silence_is_a_fault(view, expectation) ? State::broken : State::unknown;
}

// True where `active` has brought records for longer than max_age of `silent` after that had fallen silent. An
// application that goes idle stops both; one that wakes shows its traces later than its logs.
bool goes_on_without(const View& view, const Expectation& active, const Expectation& silent) {
  const auto* going = view.newest_facts(active);
  const auto* gone = view.newest_facts(silent);
  if (!going || !gone || view.source(active).state != State::healthy) return false;
  const auto begun = std::max(gone->last_seen, going->active_since);
  return !begun || *going->last_seen - *begun > silent.max_age;
}

// What people see: through the datasources, and on the dashboards.
State seen_state(const View& view, Component backend) {
  return worst(visualize_state(view, backend), panels_state(view, backend));
}

}  // namespace

bool silence_is_a_fault(const View& view, const Expectation& expectation) {
  if (expectation.expect == Expect::always || expectation.signal == Signal::metrics) return true;
  for (const auto& other : view.plan().expectations) {
    const bool same = other.signal == expectation.signal && other.receiver == expectation.receiver;
    if (other.source != expectation.source || same || other.signal == Signal::metrics) continue;
    if (goes_on_without(view, other, expectation)) return true;
  }
  return false;
}

bool is_missing(const View& view, const Expectation& expectation) {
  return view.source(expectation).state == State::broken && silence_is_a_fault(view, expectation);
}

State weight_of(Stage stage, State state) {
  return stage == Stage::visualize && state == State::broken ? State::degraded : state;
}

State path_state(const PathVerdict& path) {
  State state = State::healthy;
  for (const auto& stage : path.stages) state = worst(state, weight_of(stage.stage, stage.state));
  return state;
}

PathVerdict judge_path(const View& view, const Expectation& expectation) {
  const bool fresh = view.source(expectation).state == State::healthy;
  PathVerdict path;
  path.path = expectation.path;
  path.signal = expectation.signal;
  path.stages = {
      {Stage::network, network_state(view, expectation, fresh)},
      {Stage::receive, receive_state(view, expectation, fresh)},
      {Stage::process, proven_or_unknown(fresh)},
      {Stage::export_, proven_or_unknown(fresh)},
      {Stage::ingest, ingest_state(view, expectation, fresh)},
      {Stage::query, query_state(view, expectation, fresh)},
  };
  path.stages.insert(path.stages.begin(), {Stage::source, source_state(view, expectation, path)});
  if (view.plan().grafana) path.stages.push_back({Stage::visualize, seen_state(view, backend_of(expectation.signal))});
  return path;
}

}  // namespace lgtmwatch
