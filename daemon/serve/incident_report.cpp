#include "daemon/serve/incident_report.hpp"

#include <fmt/format.h>

#include "daemon/serve/markdown.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_others = 20;

std::string signals_of(const Finding& finding) {
  std::string text;
  for (const auto signal : finding.signals) text += (text.empty() ? "" : ", ") + std::string(to_string(signal));
  return text.empty() ? "all of the stack" : text;
}

std::string time_of(const Incident& incident, WallTime now) {
  const auto lasted = format_age(incident.lasted(now));
  if (incident.is_open()) return fmt::format("open since {}, for {}", format_rfc3339(incident.opened), lasted);
  return fmt::format("from {} to {}, {}", format_rfc3339(incident.opened), format_rfc3339(*incident.closed), lasted);
}

std::string head(const Incident& incident, WallTime now) {
  const auto& finding = incident.last;
  return fmt::format("# Incident {} of {}: {}\n\n- {}\n- {}, makes {} {}\n- root cause: `{}` at stage {}, of {}\n",
                     incident.id, escaped_markdown(incident.stack), escaped_markdown(finding.summary),
                     time_of(incident, now), to_string(finding.severity), signals_of(finding), to_string(finding.state),
                     finding.cause, to_string(finding.stage), escaped_markdown(finding.subject));
}

std::string time_line(const Incident& incident) {
  auto text = "\n## Time line\n\n" + markdown_head({"when", "what"});
  std::size_t number = 0;
  for (const auto& event : incident.events) {
    if (incident.left_out > 0 && number++ == Incident::most_events / 2)
      text += markdown_row({"…", fmt::format("{} more", incident.left_out)});
    text += markdown_row({format_rfc3339(event.at), event.what});
  }
  return text;
}

std::string list(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += fmt::format("- {}\n", escaped_markdown(line));
  return text;
}

std::string section(std::string_view title, const std::vector<std::string>& lines) {
  return lines.empty() ? std::string() : fmt::format("\n## {}\n\n{}", title, list(lines));
}

std::string evidence(const Incident& incident) {
  if (incident.first.evidence.empty() && incident.last.evidence.empty()) return {};
  auto text = fmt::format("\n## Evidence\n\nWhen it came, {}:\n\n{}", format_rfc3339(incident.opened),
                          list(incident.first.evidence));
  if (incident.first.evidence == incident.last.evidence) return text + "\nThe same was seen last.\n";
  return text + "\nAs it was seen last:\n\n" + list(incident.last.evidence);
}

std::string root_cause(const Incident& incident, const Catalogue& catalogue) {
  const auto& finding = incident.last;
  auto text = fmt::format("\n## Root cause\n\n{}.", escaped_markdown(incident.first.summary));
  const auto* cause = catalogue.find(finding.cause);
  if (cause) text += fmt::format(" {} `lgtmwatch explain {}` shows the run book.", cause->summary, cause->id);
  text += "\n";
  return finding.alternatives.empty() ? text : text + "\nCould also be:\n\n" + list(finding.alternatives);
}

bool overlap(const Incident& a, const Incident& b, WallTime now) {
  return a.opened <= b.closed.value_or(now) && b.opened <= a.closed.value_or(now);
}

std::string others(const Incident& incident, const IncidentBook& book, WallTime now) {
  std::vector<std::string> lines;
  for (const auto& [id, other] : book.incidents()) {
    if (id == incident.id || other.stack != incident.stack || !overlap(incident, other, now)) continue;
    lines.push_back(fmt::format("incident {}: {} ({})", id, other.last.summary, time_of(other, now)));
  }
  if (lines.size() > most_others) {
    const auto more = lines.size() - most_others;
    lines.resize(most_others);
    lines.push_back(fmt::format("{} more", more));
  }
  return section("In the same stack meanwhile", lines);
}

}  // namespace

std::string incident_markdown(const Incident& incident, const IncidentBook& book, const Catalogue& catalogue,
                              WallTime now) {
  return head(incident, now) + time_line(incident) + root_cause(incident, catalogue) +
         section("What to do", incident.last.remedy) + section("What followed from it", incident.last.consequences) +
         evidence(incident) + others(incident, book, now);
}

}  // namespace lgtmwatch
