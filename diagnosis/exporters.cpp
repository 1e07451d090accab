#include "diagnosis/exporters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace lgtmwatch {
namespace {

constexpr Duration between_attempts = std::chrono::minutes(10);    // loki.write waits up to five
constexpr Duration longest_until_sent = std::chrono::seconds(30);  // after it was appended, while all is well
constexpr double nearly_full = 0.8;
constexpr double drains_fast = 0.1;  // of the capacity, between two readings

struct Figures {
  Flow sent, failed, dropped, attempts;
  std::vector<std::string> outcomes;  // of what fails now
  double queue = 0, capacity = 0, in_flight = 0, pending = 0;
  std::optional<double> queue_before;  // in the reading before
  bool has_queue = false;
};

bool is_one_of(const std::string& text, const std::vector<std::string_view>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

Trouble trouble_of(const std::string& outcome) {
  if (is_one_of(outcome, {"401", "403", "Unauthenticated", "PermissionDenied", "UNAUTHENTICATED", "PERMISSION_DENIED"}))
    return Trouble::auth;
  if (is_one_of(outcome, {"404", "405", "Unimplemented", "UNIMPLEMENTED"})) return Trouble::path;
  if (is_one_of(outcome, {"429", "ResourceExhausted", "RESOURCE_EXHAUSTED", "rate_limited", "stream_limited"}))
    return Trouble::limit;
  const bool status = outcome.size() == 3 && outcome.front() == '4';
  if (status || is_one_of(outcome, {"InvalidArgument", "INVALID_ARGUMENT", "ingester_error", "line_too_long", ""}))
    return Trouble::reject;
  return Trouble::unreachable;
}

// The first of them that any outcome speaks of.
Trouble worst_trouble(const std::vector<std::string>& outcomes) {
  for (const auto trouble : {Trouble::auth, Trouble::path, Trouble::limit, Trouble::unreachable, Trouble::reject})
    if (std::any_of(outcomes.begin(), outcomes.end(), [&](const auto& each) { return trouble_of(each) == trouble; }))
      return trouble;
  return Trouble::reject;
}

Figures figures_of(const Pipeline& pipeline, const std::string& exporter, Signal signal) {
  const auto* windows = pipeline.counters();
  Figures figures;
  figures.sent = pipeline.flow({CounterKind::exporter_sent, exporter, signal, {}});
  figures.failed = pipeline.flow({CounterKind::exporter_failed, exporter, signal, {}});
  figures.dropped = pipeline.flow({CounterKind::exporter_dropped, exporter, signal, {}});
  figures.attempts = pipeline.flow({CounterKind::exporter_attempt, exporter, {}, {}});
  figures.outcomes = moving_details(windows, {CounterKind::exporter_attempt, exporter, {}, {}}, between_attempts);
  // The failed requests tell more than the reason under which items were given up.
  if (figures.outcomes.empty())
    figures.outcomes = moving_details(windows, {CounterKind::exporter_failed, exporter, signal, {}}, between_attempts);
  std::erase(figures.outcomes, "");
  figures.queue = gauge_value(windows, GaugeKind::queue_size, exporter, signal);
  figures.capacity = gauge_value(windows, GaugeKind::queue_capacity, exporter, signal);
  figures.in_flight = gauge_value(windows, GaugeKind::in_flight, exporter, signal);
  figures.pending = gauge_value(windows, GaugeKind::samples_pending, exporter, signal);
  figures.has_queue = figures.capacity > 0;
  if (const auto* queue = windows->gauge(GaugeKind::queue_size, exporter, signal)) figures.queue_before = queue->before;
  return figures;
}

// gRPC gives a message that is too large and a rate that is too high the same code; the latter is tried again, and
// counts as failed only after minutes.
bool is_too_large(const std::string& exporter, const Figures& figures) {
  return exporter.starts_with("otelcol.exporter.otlp.") && figures.sent.increase > 0 && figures.failed.moves &&
         std::all_of(figures.outcomes.begin(), figures.outcomes.end(), [](const std::string& outcome) {
           return is_one_of(outcome, {"ResourceExhausted", "RESOURCE_EXHAUSTED"});
         });
}

// Attempts have failed since something was sent last.
bool fails_since_sent(const Figures& figures, WallTime now) {
  const auto& failed = figures.attempts.last_moved;
  return failed && now - *failed <= between_attempts &&
         (!figures.sent.last_moved || *failed > *figures.sent.last_moved);
}

bool is_stuck(const Figures& figures, WallTime now) {
  if (!figures.sent.compared || figures.sent.still_in_a_row < 1) return false;
  const bool waits = figures.queue > 0 || figures.in_flight > 0 || figures.pending > 0 || !figures.has_queue;
  const bool fails = fails_since_sent(figures, now);
  if (!figures.has_queue) return fails;
  return waits && (fails || figures.sent.still_in_a_row >= 2);
}

bool is_filling(const Figures& figures) {
  if (!figures.has_queue || !figures.queue_before) return false;
  const double drained = *figures.queue_before - figures.queue;
  const double lowest = std::min(*figures.queue_before, figures.queue);
  return lowest >= nearly_full * figures.capacity && drained < drains_fast * figures.capacity;
}

// Samples are appended, nothing is sent, and nothing fails or waits.
bool is_stalled(const Pipeline& pipeline, const std::string& exporter, const Figures& figures) {
  const auto appended = pipeline.flow({CounterKind::exporter_appended, exporter, {}, {}});
  const auto& sent = figures.sent;
  const auto unsent_for = sent.last_moved && appended.last_moved ? *appended.last_moved - *sent.last_moved
                                                                 : sent.still_in_a_row * sent.interval;
  return appended.moves && sent.compared && sent.still_in_a_row >= 2 && unsent_for >= longest_until_sent &&
         figures.pending == 0 && !figures.attempts.moves && !figures.failed.moves;
}

std::string figures_text(const std::string& exporter, Signal signal, const Figures& figures) {
  auto text = fmt::format("{} of {}: sent {:.0f}", exporter, to_string(signal), figures.sent.increase);
  if (figures.failed.moves) text += fmt::format(", failed {:.0f}", figures.failed.increase);
  if (figures.dropped.moves) text += fmt::format(", dropped {:.0f}", figures.dropped.increase);
  text += fmt::format(" in {}", format_age(figures.sent.interval));
  if (figures.has_queue) text += fmt::format(", queue {:.0f} of {:.0f}", figures.queue, figures.capacity);
  if (is_filling(figures)) text += fmt::format(" ({:.0f} in the reading before)", *figures.queue_before);
  if (figures.pending > 0) text += fmt::format(", {:.0f} samples pending", figures.pending);
  if (!figures.outcomes.empty()) text += fmt::format(", attempts end with {}", fmt::join(figures.outcomes, ", "));
  return text;
}

void judge(const Pipeline& pipeline, const std::string& exporter, Signal signal,
           std::vector<ExporterTrouble>& troubles) {
  const auto figures = figures_of(pipeline, exporter, signal);
  const bool loses = figures.failed.moves && figures.failed.compared;
  const bool drops = figures.dropped.moves && figures.dropped.compared;
  const bool stalled = is_stalled(pipeline, exporter, figures);
  const bool suffers = is_stuck(figures, pipeline.counters()->at) || loses || drops || stalled;
  if (!suffers && !is_filling(figures)) return;
  ExporterTrouble found;
  found.exporter = exporter;
  found.signal = signal;
  found.sends_some = figures.sent.increase > 0 || !suffers;
  found.drops = drops;
  found.has_just_begun = figures.failed.increase == figures.failed.increase_of_minutes &&
                         figures.attempts.increase == figures.attempts.increase_of_minutes;
  found.trouble = !suffers  ? Trouble::filling
                  : stalled ? Trouble::stalled
                  : !figures.outcomes.empty()
                      ? is_too_large(exporter, figures) ? Trouble::too_large : worst_trouble(figures.outcomes)
                  : drops && !loses ? Trouble::full
                  : loses           ? Trouble::reject
                                    : Trouble::unreachable;
  found.sentence = figures_text(exporter, signal, figures);
  troubles.push_back(std::move(found));
}

}  // namespace

std::vector<ExporterTrouble> exporter_troubles(const Pipeline& pipeline) {
  std::vector<ExporterTrouble> troubles;
  for (const auto& exporter : subjects_of(pipeline.counters(), CounterKind::exporter_sent))
    for (const auto signal : all_signals) {
      const auto sent = pipeline.flow({CounterKind::exporter_sent, exporter, signal, {}});
      if (sent.known && sent.read_at == pipeline.counters()->at) judge(pipeline, exporter, signal, troubles);
    }
  return troubles;
}

}  // namespace lgtmwatch
