#include <fmt/format.h>

#include "daemon/serve/summary.hpp"

namespace lgtmwatch {
namespace {

std::string_view mark_of(State state) {
  switch (state) {
    case State::healthy: return "ok";
    case State::unknown: return "unknown";
    case State::degraded: return "DEGRADED";
    case State::broken: return "BROKEN";
  }
  return "unknown";
}

std::string lines_of(std::string_view title, const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) {
    text += fmt::format("     {:<13}{}\n", title, line);
    title = "";
  }
  return text;
}

std::string finding_text(std::size_t number, const Finding& finding) {
  return fmt::format("  {}. {}\n", number, finding.summary) +
         fmt::format("     {:<13}{} at stage {} ({})\n", "cause", finding.cause, to_string(finding.stage),
                     to_string(finding.severity)) +
         lines_of("remedy", finding.remedy) + lines_of("follows", finding.consequences) +
         lines_of("or else", finding.alternatives) + lines_of("evidence", finding.evidence);
}

std::string seconds_of(const std::optional<Duration>& duration) {
  return duration ? fmt::format("{:.3f} s", to_seconds(*duration)) : std::string("-");
}

std::string canaries_text(const StackVerdict& verdict) {
  if (verdict.canaries.empty()) return {};
  auto text = fmt::format("\ncanaries {:<20} {:<9} {:<14} {:>12} {:>12}\n", "route", "signal", "outcome",
                          "acknowledged", "visible");
  for (const auto& canary : verdict.canaries) {
    const auto report = canary.last.value_or(CanaryReport());
    text += fmt::format("         {:<20} {:<9} {:<14} {:>12} {:>12}{}\n", canary.route, to_string(canary.signal),
                        outcome_of(canary), seconds_of(report.write_took), seconds_of(report.visible_after),
                        canary.checked || canary.note.empty() ? "" : "  " + canary.note);
  }
  return text;
}

std::string stack_text(const StackVerdict& verdict) {
  auto text = fmt::format("stack {}: {}, {} of {} criteria met\n", verdict.name, to_string(verdict.state),
                          criteria_met(verdict), verdict.criteria.size());
  for (const auto& [signal, state] : verdict.signals)
    text += fmt::format("  {:<9} {}\n", to_string(signal), to_string(state));
  text += "\n";
  for (const auto& criterion : verdict.criteria)
    text += fmt::format("  {:<9} {}{}\n", mark_of(criterion.state), criterion.name,
                        criterion.note.empty() ? "" : " (" + criterion.note + ")");
  text += canaries_text(verdict);
  if (verdict.findings.empty()) return text;
  text += "\nfindings\n";
  std::size_t number = 0;
  for (const auto& finding : verdict.findings) text += finding_text(++number, finding);
  return text;
}

}  // namespace

std::string_view outcome_of(const CanaryStatus& canary) {
  if (!canary.checked) return "not checked";
  if (canary.last && canary.last->outcome) return to_string(*canary.last->outcome);
  if (canary.overdue > 0) return "overdue";
  return canary.in_flight > 0 ? "in flight" : "unknown";
}

std::string summary_text(const Snapshot& snapshot) {
  std::string text;
  for (const auto& stack : snapshot.stacks) text += (text.empty() ? "" : "\n") + stack_text(stack->verdict);
  return text;
}

}  // namespace lgtmwatch
