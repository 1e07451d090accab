#include "daemon/alert/words.hpp"

#include <fmt/format.h>

#include <set>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_in_a_line = 300;

std::string shown(const std::string& text) { return shown_text(text, most_in_a_line); }

std::string event_of(const Notice& notice) {
  const auto& finding = notice.alert.finding;
  switch (notice.event) {
    case Notice::Event::opened: return std::string(to_string(finding.severity));
    case Notice::Event::worse: return fmt::format("now {}", to_string(finding.severity));
    case Notice::Event::still: return fmt::format("still {}", to_string(finding.severity));
    case Notice::Event::over: return "over";
  }
  return {};
}

std::string time_of(const Notice& notice) {
  const auto& alert = notice.alert;
  const auto since = format_rfc3339(alert.finding.since);
  if (notice.event != Notice::Event::over) return fmt::format("since {}", since);
  return fmt::format("it was there since {}, for {}", since, format_age(alert.last_seen - alert.finding.since));
}

std::string paragraph(const Notice& notice, const std::string& external_url) {
  const auto& finding = notice.alert.finding;
  auto text = fmt::format("[{}] {}\n{} at stage {}, {}\n", event_of(notice), headline(notice.alert), finding.cause,
                          to_string(finding.stage), time_of(notice));
  if (notice.event == Notice::Event::over) return text;
  if (!finding.remedy.empty()) text += fmt::format("do: {}\n", shown(finding.remedy.front()));
  if (!finding.consequences.empty())
    text += fmt::format(
        "follows from it: {}{}\n", shown(finding.consequences.front()),
        finding.consequences.size() > 1 ? fmt::format(" and {} more", finding.consequences.size() - 1) : "");
  if (notice.alert.flaps) text += "it comes and goes, and is told as over once it has stayed away for 30m\n";
  const auto link = run_book(external_url, finding.cause);
  if (!link.empty()) text += link + "\n";
  return text;
}

std::string more(std::size_t count) { return fmt::format("and {} more\n", count); }

}  // namespace

std::string headline(const Alert& alert) { return fmt::format("{}: {}", alert.stack, shown(alert.finding.summary)); }

std::string description(const Finding& finding) {
  auto text = shown(finding.summary) + "\n";
  for (const auto& line : finding.remedy) text += fmt::format("do: {}\n", shown(line));
  for (const auto& line : finding.evidence) text += fmt::format("seen: {}\n", shown(line));
  for (const auto& line : finding.consequences) text += fmt::format("follows from it: {}\n", shown(line));
  for (const auto& line : finding.alternatives) text += fmt::format("it may also be: {}\n", shown(line));
  return shown_text(text, 4000);
}

std::string run_book(const std::string& external_url, const std::string& cause) {
  return external_url.empty() ? std::string() : fmt::format("{}/causes/{}", external_url, cause);
}

std::string title_of(const std::vector<Notice>& notices) {
  if (notices.size() == 1) return fmt::format("[{}] {}", event_of(notices.front()), headline(notices.front().alert));
  std::set<std::string> stacks;
  std::size_t over = 0;
  for (const auto& notice : notices) {
    stacks.insert(notice.alert.stack);
    over += notice.event == Notice::Event::over ? 1 : 0;
  }
  const auto where = stacks.size() == 1 ? *stacks.begin() : fmt::format("{} stacks", stacks.size());
  return fmt::format("{}: {} findings, {} over", where, notices.size() - over, over);
}

std::string text_of(const std::vector<Notice>& notices, const std::string& external_url, std::size_t limit) {
  const auto room = limit - more(notices.size()).size();
  std::string text;
  std::size_t told = 0;
  for (const auto& notice : notices) {
    const auto next = (told == 0 ? "" : "\n") + paragraph(notice, external_url);
    if (told > 0 && text.size() + next.size() > room) break;
    text += next;
    ++told;
  }
  text = shown_text(text, room);
  return told == notices.size() ? text : text + more(notices.size() - told);
}

}  // namespace lgtmwatch
