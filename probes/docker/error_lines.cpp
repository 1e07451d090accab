#include "probes/docker/error_lines.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "daemon/base/lower_case.hpp"
#include "daemon/base/text.hpp"
#include "probes/docker/masked.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_lines = 50;
constexpr std::size_t most_bytes = 16 << 10;
constexpr std::size_t longest_line = 400;
constexpr std::size_t looked_at = 4096;  // of a line

// The word behind level= or "level":" (lvl=eror of older Grafanas), in small letters; nothing where there is none.
std::optional<std::string> level_of(const std::string& line) {
  for (const std::string_view name : {"level=", "lvl=", "\"level\":"}) {
    const auto at = line.find(name);
    if (at == std::string::npos) continue;
    auto begin = at + name.size();
    while (begin < line.size() && (line[begin] == '"' || line[begin] == ' ')) ++begin;
    auto end = begin;
    while (end < line.size() && std::isalpha(static_cast<unsigned char>(line[end]))) ++end;
    return line.substr(begin, end - begin);
  }
  return std::nullopt;
}

bool is_error(const std::string& line) {
  constexpr std::array<std::string_view, 8> levels{"warn", "warning",  "error", "eror",
                                                   "crit", "critical", "fatal", "panic"};
  constexpr std::array<std::string_view, 8> words{"error",  "fail",     "panic",   "fatal",
                                                  "denied", "no space", "corrupt", "refused"};
  const auto small = lower_case(line);
  if (const auto level = level_of(small)) return std::find(levels.begin(), levels.end(), *level) != levels.end();
  return std::any_of(words.begin(), words.end(), [&](auto word) { return small.find(word) != std::string::npos; });
}

std::optional<LogLine> read_line(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto at = parse_rfc3339(line.substr(0, space));
  const std::string text(line.substr(space + 1, looked_at));
  if (!at || !is_error(text)) return std::nullopt;
  return LogLine{*at, shown_text(without_secrets(text), longest_line)};
}

}  // namespace

std::vector<LogLine> error_lines(std::string_view log) {
  std::vector<LogLine> lines;
  std::size_t bytes = 0;
  while (!log.empty() && lines.size() < most_lines) {
    if (log.back() == '\n') log.remove_suffix(1);
    const auto begin = log.rfind('\n') + 1;
    auto line = read_line(log.substr(begin));
    log = log.substr(0, begin);
    if (!line) continue;
    bytes += line->text.size();
    if (bytes > most_bytes) break;
    lines.push_back(std::move(*line));
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

}  // namespace lgtmwatch
