#include <fmt/format.h>

#include "daemon/serve/summary.hpp"

namespace lgtmwatch {
namespace {

// Pipes would end a table cell, angle brackets would be HTML.
std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '|': safe += "\\|"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '\n': safe += ' '; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string list_of(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  auto text = fmt::format("- {}:\n", title);
  for (const auto& line : lines) text += fmt::format("  - {}\n", escaped(line));
  return text;
}

std::string finding_markdown(const Finding& finding) {
  return fmt::format("### {}\n\n- cause: `{}` at stage `{}`, {}\n", escaped(finding.summary), finding.cause,
                     to_string(finding.stage), to_string(finding.severity)) +
         list_of("remedy", finding.remedy) + list_of("what follows from it", finding.consequences) +
         list_of("could also be", finding.alternatives) + list_of("evidence", finding.evidence) + "\n";
}

std::string in_brackets(const std::string& note) { return note.empty() ? note : fmt::format(" ({})", escaped(note)); }

std::string stack_markdown(const StackVerdict& verdict) {
  auto text =
      fmt::format("## {}: {}\n\n{} of {} criteria met.\n\n| criterion | state |\n| --- | --- |\n",
                  escaped(verdict.name), to_string(verdict.state), criteria_met(verdict), verdict.criteria.size());
  for (const auto& criterion : verdict.criteria)
    text += fmt::format("| {} | {}{} |\n", escaped(criterion.name), to_string(criterion.state),
                        in_brackets(criterion.note));
  for (const auto& canary : verdict.canaries)
    if (!canary.checked)
      text += fmt::format("| canary/{}/{} | not checked{} |\n", escaped(canary.route), to_string(canary.signal),
                          in_brackets(canary.note));
  text += "\n";
  for (const auto& finding : verdict.findings) text += finding_markdown(finding);
  return text;
}

}  // namespace

std::string summary_markdown(const Snapshot& snapshot) {
  std::string text;
  for (const auto& stack : snapshot.stacks) text += stack_markdown(stack->verdict);
  return text;
}

}  // namespace lgtmwatch
