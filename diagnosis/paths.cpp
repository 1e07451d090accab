#include "diagnosis/paths.hpp"

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
  return fresh ? State::unknown : State::broken;  // records arrive: it is our own way that is broken
}

State receive_state(const View& view, const Expectation& expectation, bool fresh) {
  const auto answers = view.receiver_answers(expectation.receiver);
  if (answers.value()) {
    const auto* refusal = refusal_of(*answers.value(), expectation.signal);
    if (!refusal) return State::healthy;
    if (refusal->reason == Reason::dns || refusal->reason == Reason::unreachable) return proven_or_unknown(fresh);
    if (refusal->reason == Reason::auth || refusal->reason == Reason::tenant) return proven_or_unknown(fresh);
    return State::broken;
  }
  const auto* alloy = view.alloy_of(expectation.receiver);
  if (!alloy || fresh) return proven_or_unknown(fresh);
  const auto ready = view.alloy_readiness(*alloy);
  return ready.error() && did_not_answer(*ready.error()) ? State::broken : State::unknown;
}

State ingest_state(const View& view, const Expectation& expectation, bool fresh) {
  const auto ready = view.readiness(backend_of(expectation.signal));
  if (ready.error() && did_not_answer(*ready.error())) return State::broken;
  if (ready.value() && !ready.value()->ready) return State::degraded;
  return proven_or_unknown(fresh);
}

State query_state(const View& view, const Expectation& expectation, bool fresh) {
  if (view.newest(expectation).value()) return State::healthy;
  const bool failed_now = view.newest(expectation).error() != nullptr;
  return failed_now ? State::unknown : proven_or_unknown(fresh);
}

State source_state(const View& view, const Expectation& expectation, const PathVerdict& others) {
  const auto status = view.source(expectation);
  if (status.state != State::broken) return status.state;
  if (path_state(others) >= State::degraded) return State::unknown;  // something else explains the silence
  return silence_is_a_fault(view, expectation) ? State::broken : State::unknown;
}

}  // namespace

bool silence_is_a_fault(const View& view, const Expectation& expectation) {
  if (expectation.expect == Expect::always || expectation.signal == Signal::metrics) return true;
  for (const auto& other : view.plan().expectations) {
    const bool same = other.signal == expectation.signal && other.receiver == expectation.receiver;
    if (other.source != expectation.source || same || other.signal == Signal::metrics) continue;
    if (view.source(other).state == State::healthy) return true;
  }
  return false;
}

State path_state(const PathVerdict& path) {
  State state = State::healthy;
  for (const auto& stage : path.stages) state = worst(state, stage.state);
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
  return path;
}

}  // namespace lgtmwatch
