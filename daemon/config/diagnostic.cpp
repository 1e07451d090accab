#include "daemon/config/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <vector>

#include "daemon/base/lower_case.hpp"
#include "daemon/base/secret.hpp"
#include "daemon/config/clean_text.hpp"
#include "daemon/config/diagnostics.hpp"

namespace lgtmwatch {
namespace {

constexpr int longest_shown_line = 160;  // characters

// Keys beside or under which secrets are written, also misspelt ones.
constexpr std::array secret_words{"auth",    "basic",   "bearer",    "token",  "pass",
                                  "headers", "webhook", "heartbeat", "secret", "credential"};

std::vector<std::string_view> first_lines(std::string_view text, std::size_t count) {
  std::vector<std::string_view> lines;
  while (lines.size() < count) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::size_t indentation(std::string_view line) {
  const auto first = line.find_first_not_of(" \t");
  return first == std::string_view::npos ? line.size() : first;
}

bool is_blank(std::string_view line) { return indentation(line) == line.size(); }

bool is_key_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

bool names_secret(std::string_view key) {
  const auto lower = lower_case(key);
  if (lower.ends_with("_file")) return false;
  return std::any_of(secret_words.begin(), secret_words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

// Where the value of the first key begins that says that a secret follows.
std::optional<std::size_t> secret_begin(std::string_view line) {
  for (auto colon = line.find(':'); colon != std::string_view::npos; colon = line.find(':', colon + 1)) {
    auto key = line.substr(0, colon);
    if (key.ends_with('"') || key.ends_with('\'')) key.remove_suffix(1);
    std::size_t begin = key.size();
    while (begin > 0 && is_key_char(key[begin - 1])) --begin;
    if (names_secret(key.substr(begin))) return colon + 1;
  }
  return std::nullopt;
}

// True where the later line belongs to the earlier one: it is further in, or an item of its list.
bool encloses(std::string_view earlier, std::string_view later) {
  const auto indent = indentation(earlier);
  if (is_blank(earlier) || earlier[indent] == '#') return false;
  if (indent != indentation(later)) return indent < indentation(later);
  return later[indent] == '-' && earlier[indent] != '-';
}

// True where a line that encloses the last one says that secrets follow.
bool is_below_secret(const std::vector<std::string_view>& lines) {
  auto inner = lines.back();
  for (std::size_t i = lines.size() - 1; i-- > 0;) {
    if (!encloses(lines[i], inner)) continue;
    inner = lines[i];
    if (secret_begin(inner)) return true;
  }
  return false;
}

// The last of the lines as it may be shown: up to the first secret.
std::string shown_line(const std::vector<std::string_view>& lines) {
  const auto line = lines.back();
  auto end = secret_begin(line);
  if (!end && is_below_secret(lines)) {
    const auto colon = line.find(':');
    end = colon == std::string_view::npos ? indentation(line) : colon + 1;
  }
  const bool is_hidden = end && line.find_first_not_of(" \t", *end) != std::string_view::npos;
  std::string shown(is_hidden ? line.substr(0, *end) : line);
  if (is_hidden) shown += fmt::format("{}{}", shown.ends_with(':') ? " " : "", masked);
  return shown;
}

// Byte offset of a column that counts characters; the length of the line where it is longer.
std::size_t offset_of(std::string_view line, int column) {
  std::size_t offset = 0;
  for (int i = 1; i < column && offset < line.size(); ++i) {
    ++offset;
    while (offset < line.size() && continues_character(line[offset])) ++offset;
  }
  return offset;
}

// Blanks as wide as the text on a terminal that expands tabs.
std::string blank_out(std::string_view text) {
  std::string blanks;
  for (const char c : text) {
    if (!continues_character(c)) blanks += c == '\t' ? '\t' : ' ';
  }
  return blanks;
}

std::string replace_controls(std::string_view line) {
  std::string shown(line);
  for (char& c : shown) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) c = '?';
  }
  return shown;
}

// Where YAML could not be read (no path), its structure does not tell either what is a secret; so in a file that
// holds some, the line is shown only up to the error.
std::string excerpt(const Diagnostic& diagnostic, std::string_view source) {
  if (diagnostic.line <= 0) return {};
  const auto lines = first_lines(source, static_cast<std::size_t>(diagnostic.line));
  if (lines.size() < static_cast<std::size_t>(diagnostic.line) || is_blank(lines.back())) return {};
  if (!is_utf8(lines.back())) return {};
  const auto caret = offset_of(lines.back(), diagnostic.column);
  if (diagnostic.column > longest_shown_line) return {};
  auto whole = shown_line(lines);
  if (diagnostic.path.empty() && std::any_of(lines.begin(), lines.end(), secret_begin))
    whole.resize(std::min(whole.size(), caret));
  if (is_blank(whole)) return {};
  const auto shown = replace_controls(mask_credentials(whole));
  auto text = fmt::format("{}\n", std::string_view(shown).substr(0, offset_of(shown, longest_shown_line + 1)));
  const auto same = std::mismatch(shown.begin(), shown.end(), lines.back().begin(), lines.back().end());
  const auto unchanged = static_cast<std::size_t>(same.first - shown.begin());
  if (caret <= unchanged) text += fmt::format("{}^\n", blank_out(std::string_view(shown).substr(0, caret)));
  return text;
}

}  // namespace

std::string render(const Diagnostic& diagnostic, std::string_view file, std::string_view source) {
  std::string text(file);
  if (diagnostic.line > 0) text += fmt::format(":{}:{}", diagnostic.line, diagnostic.column);
  text += diagnostic.severity == Diagnostic::Severity::error ? ": error: " : ": warning: ";
  if (!diagnostic.path.empty()) text += diagnostic.path + ": ";
  text += diagnostic.message + "\n" + excerpt(diagnostic, source);
  if (!diagnostic.hint.empty()) text += fmt::format("hint: {}\n", diagnostic.hint);
  return text;
}

}  // namespace lgtmwatch
