// What is coming back, or has just come back, so that silence is no fault yet.
#include <algorithm>

#include "diagnosis/view.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration longest_wait_for_ready = std::chrono::seconds(30);
constexpr Duration longest_restart = std::chrono::minutes(5);
constexpr Duration recovery_grace = std::chrono::minutes(2);
constexpr Duration scraped_recovery_grace = std::chrono::minutes(5);  // loki.write's longest wait between two attempts

std::optional<WallTime> later_of(const ProbeFacts* ready, const CounterWindows* counted) {
  return std::max(ready ? ready->recovered_at : std::nullopt, counted ? counted->process_start : std::nullopt);
}

bool has_recovered_within(Duration grace, const ProbeFacts* facts, WallTime now) {
  return facts && facts->recovered_at && now - *facts->recovered_at < grace;
}

}  // namespace

bool View::is_recovering(const Expectation& expectation) const {
  const auto backend = backend_of(expectation.signal);
  if (is_recovering(backend) || may_follow_another(expectation)) return true;
  const auto* alloy = alloy_of(expectation.receiver);
  const auto grace = is_scraped(expectation) ? scraped_recovery_grace : recovery_grace;
  return has_recovered_within(grace, ready_facts(backend), now_) ||
         has_recovered_within(grace, alloy ? find("alloy_ready", alloy->name) : nullptr, now_) ||
         has_recovered_within(grace, receiver_facts(expectation.receiver), now_);
}

std::optional<WallTime> View::goes_on_since(Component backend) const {
  return later_of(ready_facts(backend), counters(backend));
}

std::optional<WallTime> View::goes_on_since(const AlloyPlan& alloy) const {
  return later_of(find("alloy_ready", alloy.name), counters("alloy_controller", alloy.name));
}

bool View::is_recovering(Component backend) const {
  const auto* ready = readiness(backend).value();
  if (ready && !ready->ready) return !is_stuck(backend);
  return has_recovered_within(recovery_grace, ready_facts(backend), now_);
}

bool View::is_starting(Component backend) const {
  const auto* ready = readiness(backend).value();
  const auto* facts = ready_facts(backend);
  const bool waits = ready && !ready->ready && ready->message.find("after being ready") != std::string::npos;
  if (!waits) return false;
  const auto* counted = counters(backend);
  const auto begun = std::max(facts->bad_since, counted ? counted->process_start : std::nullopt);
  return !begun || now_ - *begun < longest_wait_for_ready;
}

bool View::is_stuck(Component backend) const {
  const auto* ready = readiness(backend).value();
  const auto* facts = ready_facts(backend);
  return ready && !ready->ready && facts->bad_since && now_ - *facts->bad_since >= longest_restart;
}

bool View::may_follow_another(const Expectation& silent) const {
  const auto* facts = newest_facts(silent);
  if (!facts || !facts->last_seen) return false;
  const auto& expectations = plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& other) {
    const auto* ended = newest_facts(other);
    return other.source == silent.source && other.receiver == silent.receiver && ended && ended->gap_since &&
           now_ - *ended->active_since < recovery_grace && *facts->last_seen < *ended->active_since &&
           *ended->gap_since - *facts->last_seen <= silent.max_age;
  });
}

}  // namespace lgtmwatch
