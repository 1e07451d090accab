#include "tests/corpus/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

namespace lgtmwatch::corpus {
namespace {

struct Line {
  int scenarios = 0;
  int found = 0;
  std::set<std::string> taken_for;
  std::set<std::string> false_alarms;
  std::vector<double> intervals;
};

std::string named(const std::set<std::string>& causes) {
  return causes.empty() ? "–" : fmt::format("{}", fmt::join(causes, ", "));
}

std::string span_of(std::vector<double> intervals) {
  if (intervals.empty()) return "–";
  const auto [least, most] = std::minmax_element(intervals.begin(), intervals.end());
  if (*most - *least < 0.1) return fmt::format("{:.1f}", *least);
  return fmt::format("{:.1f} to {:.1f}", *least, *most);
}

void count(const Played& played, std::map<std::string, Line>& lines) {
  for (const auto& found : played.judgement.found) {
    auto& line = lines[found.cause];
    ++line.scenarios;
    if (found.after) {
      ++line.found;
      line.intervals.push_back(to_seconds(*found.after) / to_seconds(played.scenario.interval));
    }
    if (found.taken_for) line.taken_for.insert(*found.taken_for);
    line.false_alarms.insert(played.judgement.false_alarms.begin(), played.judgement.false_alarms.end());
  }
}

std::string of_causes(const std::vector<Played>& all) {
  std::map<std::string, Line> lines;
  for (const auto& played : all) count(played, lines);
  std::string text =
      "| cause | scenarios | found | missed | taken for | false alarms beside it | intervals to the verdict |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const auto& [cause, line] : lines)
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", cause, line.scenarios, line.found,
                        line.scenarios - line.found, named(line.taken_for), named(line.false_alarms),
                        span_of(line.intervals));
  return text;
}

std::string of_look_alikes(const std::vector<Played>& all) {
  std::string text;
  for (const auto& [scenario, judgement] : all) {
    if (!scenario.looks_like) continue;
    const std::set<std::string> alarms(judgement.false_alarms.begin(), judgement.false_alarms.end());
    text += fmt::format("| {} | {} | {} |\n", scenario.name, scenario.story, named(alarms));
  }
  if (text.empty()) return text;
  return "\n| look-alike | what happens | false alarms |\n| --- | --- | --- |\n" + text;
}

}  // namespace

std::string table_of(const std::vector<Played>& all) { return of_causes(all) + of_look_alikes(all); }

}  // namespace lgtmwatch::corpus
