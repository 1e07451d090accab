#include "daemon/serve/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/serve/history_view.hpp"
#include "daemon/serve/markdown.hpp"
#include "daemon/serve/summary.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t findings_at_the_top = 3;

std::string word(std::string_view text) { return std::string(text); }

std::string yes_or_no(const std::optional<bool>& is_so) { return !is_so ? "unknown" : *is_so ? "yes" : "no"; }

std::string signals_line(const StackVerdict& verdict) {
  std::string text;
  for (const auto& [signal, state] : verdict.signals)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", to_string(signal), to_string(state));
  return text;
}

std::size_t unknown_criteria(const StackVerdict& verdict) {
  return static_cast<std::size_t>(std::count_if(verdict.criteria.begin(), verdict.criteria.end(),
                                                [](const Criterion& each) { return each.state == State::unknown; }));
}

std::string without_findings(const StackVerdict& verdict) {
  const auto unknown = unknown_criteria(verdict);
  if (unknown == 0) return "Nothing is wrong as far as could be seen.\n";
  return fmt::format("Nothing is wrong as far as could be seen; {} of {} criteria could not be found out.\n", unknown,
                     verdict.criteria.size());
}

// What is broken, since when, why, what to do: a line each.
std::string top_of(const StackVerdict& verdict) {
  auto text =
      fmt::format("# {}: {}\n\n{}. {} of {} criteria met.\n\n", escaped_markdown(verdict.name),
                  to_string(verdict.state), signals_line(verdict), criteria_met(verdict), verdict.criteria.size());
  if (verdict.findings.empty()) return text + without_findings(verdict);
  std::size_t number = 0;
  for (const auto& finding : verdict.findings) {
    if (++number > findings_at_the_top) break;
    text += fmt::format("{}. **{}.** Since {}. Cause: `{}` at stage {}. Do: {}\n", number,
                        escaped_markdown(finding.summary), format_rfc3339(finding.since), finding.cause,
                        to_string(finding.stage),
                        finding.remedy.empty() ? "see below" : escaped_markdown(finding.remedy.front()));
  }
  if (verdict.findings.size() > findings_at_the_top)
    text += fmt::format("\n{} more below.\n", verdict.findings.size() - findings_at_the_top);
  return text;
}

std::string newest_of(const SourceStatus& source, WallTime now) {
  return source.last_seen ? format_age(now - *source.last_seen) + " ago" : "never seen";
}

std::string signals_section(const StackVerdict& verdict, WallTime now) {
  auto text =
      "\n## Signals\n\n" + markdown_head({"source", "signal", "receiver", "state", "newest record", "expected within"});
  for (const auto& source : verdict.sources)
    text += markdown_row({source.source, word(to_string(source.signal)), source.receiver, word(to_string(source.state)),
                          newest_of(source, now), format_age(source.max_age)});
  return verdict.sources.empty() ? std::string() : text;
}

std::string finding_section(std::size_t number, const Finding& finding) {
  return fmt::format("\n### {}. {}\n\n- since {}, {}\n- cause: `{}` at stage {}, of {}\n", number,
                     escaped_markdown(finding.summary), format_rfc3339(finding.since), to_string(finding.severity),
                     finding.cause, to_string(finding.stage), escaped_markdown(finding.subject)) +
         markdown_list("what to do", finding.remedy) + markdown_list("what follows from it", finding.consequences) +
         markdown_list("could also be", finding.alternatives) + markdown_list("evidence", finding.evidence);
}

std::string findings_section(const StackVerdict& verdict) {
  if (verdict.findings.empty()) return {};
  std::string text = "\n## What is wrong\n";
  std::size_t number = 0;
  for (const auto& finding : verdict.findings) text += finding_section(++number, finding);
  return text;
}

std::string healthy_section(const StackVerdict& verdict) {
  std::string lines;
  for (const auto& criterion : verdict.criteria)
    if (criterion.state == State::healthy) lines += fmt::format("- {}\n", escaped_markdown(criterion.name));
  return lines.empty() ? lines : "\n## What works\n\n" + lines;
}

std::string components_section(const StackVerdict& verdict) {
  auto text = "\n## Infrastructure\n\n" + markdown_head({"component", "address", "answers", "ready", "version"});
  for (const auto& each : verdict.components)
    text +=
        markdown_row({word(display_name(each.component)) + (each.component == Component::alloy ? " " + each.name : ""),
                      each.address, yes_or_no(each.up), yes_or_no(each.ready), each.version});
  return text;
}

std::string stages_of(const PathVerdict& path) {
  std::string text;
  for (const auto& each : path.stages)
    if (each.state != State::healthy)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", to_string(each.stage), to_string(each.state));
  return text.empty() ? "healthy at every stage" : text;
}

std::string paths_section(const StackVerdict& verdict) {
  auto text = "\n## Paths\n\n" + markdown_head({"path", "signal", "stages that are not healthy"});
  for (const auto& path : verdict.paths)
    text += markdown_row({path.path, word(to_string(path.signal)), stages_of(path)});
  return verdict.paths.empty() ? std::string() : text;
}

std::string canaries_section(const StackVerdict& verdict) {
  auto text = "\n## Canaries\n\n" + markdown_head({"route", "signal", "state", "the last", "visible after", "note"});
  for (const auto& canary : verdict.canaries) {
    const auto after = canary.last ? canary.last->visible_after : std::nullopt;
    text += markdown_row({canary.route, word(to_string(canary.signal)), word(to_string(canary.state)),
                          word(outcome_of(canary)), after ? fmt::format("{:.3f} s", to_seconds(*after)) : "-",
                          canary.note});
  }
  return verdict.canaries.empty() ? std::string() : text;
}

std::string topology_section(const StackSnapshot& stack) {
  const auto text = topology_text(stack);
  return text.empty() ? text : fmt::format("\n## Topology\n\n```text\n{}```\n", text);
}

std::string commands_section(const StackFacts& facts) {
  std::string text;
  for (const auto& each : verification_commands(facts))
    text += fmt::format("# {}: {}\n{}\n", each.what, each.answer, each.command);
  if (text.empty()) return text;
  return "\n## See for yourself\n\nWhat was asked last, and what came back. `***` stands for a secret.\n\n```sh\n" +
         text + "```\n";
}

std::string score_section(const StackVerdict& verdict) {
  const auto met = criteria_met(verdict);
  auto text = fmt::format("\n## Success criteria: {} of {} met\n", met, verdict.criteria.size());
  if (met == verdict.criteria.size()) return text;
  text += "\n" + markdown_head({"not met", "state", "note"});
  for (const auto& criterion : verdict.criteria)
    if (criterion.state != State::healthy)
      text += markdown_row({criterion.name, word(to_string(criterion.state)), criterion.note});
  return text;
}

std::string history_sections(const History* history, const std::string& stack, WallTime now) {
  if (!history) return {};
  return availability_markdown(history->availability, stack) + incidents_markdown(history->incidents, stack, now);
}

std::string stack_report(const StackSnapshot& stack, const History* history, WallTime now) {
  const auto& verdict = stack.verdict;
  return top_of(verdict) + fmt::format("\nAs of {}, by lgtmwatch.\n", format_rfc3339(now)) +
         signals_section(verdict, now) + findings_section(verdict) + score_section(verdict) +
         history_sections(history, verdict.name, now) + healthy_section(verdict) + components_section(verdict) +
         paths_section(verdict) + canaries_section(verdict) + topology_section(stack) + commands_section(stack.facts);
}

}  // namespace

std::string report_markdown(const Snapshot& snapshot, const History* history) {
  std::string text;
  for (const auto& stack : snapshot.stacks)
    text += (text.empty() ? "" : "\n---\n\n") + stack_report(*stack, history, snapshot.at);
  return text;
}

}  // namespace lgtmwatch
