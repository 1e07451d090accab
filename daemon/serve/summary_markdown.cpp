#include <fmt/format.h>

#include "daemon/serve/markdown.hpp"
#include "daemon/serve/summary.hpp"

namespace lgtmwatch {
namespace {

std::string finding_markdown(const Finding& finding) {
  return fmt::format("### {}\n\n- cause: `{}` at stage `{}`, {}\n", escaped_markdown(finding.summary), finding.cause,
                     to_string(finding.stage), to_string(finding.severity)) +
         markdown_list("remedy", finding.remedy) + markdown_list("what follows from it", finding.consequences) +
         markdown_list("could also be", finding.alternatives) + markdown_list("evidence", finding.evidence) + "\n";
}

std::string in_brackets(const std::string& note) {
  return note.empty() ? note : fmt::format(" ({})", escaped_markdown(note));
}

std::string stack_markdown(const StackVerdict& verdict) {
  auto text = fmt::format("## {}: {}\n\n{} of {} criteria met.\n\n| criterion | state |\n| --- | --- |\n",
                          escaped_markdown(verdict.name), to_string(verdict.state), criteria_met(verdict),
                          verdict.criteria.size());
  for (const auto& criterion : verdict.criteria)
    text += fmt::format("| {} | {}{} |\n", escaped_markdown(criterion.name), to_string(criterion.state),
                        in_brackets(criterion.note));
  for (const auto& canary : verdict.canaries)
    if (!canary.checked)
      text += fmt::format("| canary/{}/{} | not checked{} |\n", escaped_markdown(canary.route),
                          to_string(canary.signal), in_brackets(canary.note));
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
