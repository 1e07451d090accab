#include "daemon/history/incident.hpp"

#include <algorithm>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_lines = 16;
constexpr std::size_t longest_line = 1000;

void shorten(std::string& text) {
  if (text.size() > longest_line) text = shown_text(text, longest_line) + "…";
}

void shorten(std::vector<std::string>& lines) {
  if (lines.size() > most_lines) lines.resize(most_lines);
  for (auto& line : lines) shorten(line);
}

}  // namespace

Duration Incident::lasted(WallTime now) const { return std::max(closed.value_or(now) - opened, Duration::zero()); }

void Incident::add_event(WallTime at, std::string what) {
  events.push_back({at, std::move(what)});
  if (events.size() <= most_events) return;
  events.erase(events.begin() + most_events / 2);
  ++left_out;
}

Finding kept_finding(Finding finding) {
  shorten(finding.summary);
  for (auto* lines : {&finding.evidence, &finding.remedy, &finding.alternatives, &finding.consequences})
    shorten(*lines);
  finding.targets.clear();
  return finding;
}

}  // namespace lgtmwatch
