#include "daemon/config/diagnostics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "daemon/base/secret.hpp"
#include "daemon/config/clean_text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_entries = 1000;
constexpr std::size_t longest_compared_name = 64;
constexpr std::size_t most_listed_names = 20;
constexpr std::string_view masked_text = masked;

// Letters to insert, remove, replace, or swap with their neighbour.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> rows(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  std::iota(rows[0].begin(), rows[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    rows[i][0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced});
      const bool is_swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swapped) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.size()][b.size()];
}

// A name that differs by more letters is not what was meant.
std::size_t farthest_named(std::string_view written) { return std::max<std::size_t>(2, written.size() / 3); }

std::optional<std::string_view> nearest(std::string_view written, const std::vector<std::string_view>& names) {
  if (written.size() > longest_compared_name) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t best_distance = farthest_named(written) + 1;
  for (const auto name : names) {
    if (name.size() > longest_compared_name) continue;
    const auto distance = edit_distance(written, name);
    if (distance >= best_distance || distance >= std::max(written.size(), name.size())) continue;
    best_distance = distance;
    best = name;
  }
  return best;
}

std::string_view after_line(std::string_view text) {
  const auto end = text.find('\n');
  return end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
}

// yaml-cpp counts columns in bytes, people in characters. The diagnostics are in the order of the file.
void count_characters(std::vector<Diagnostic>& diagnostics, std::string_view text) {
  int line = 1;
  for (auto& each : diagnostics) {
    for (; line < each.line; ++line) text = after_line(text);
    const auto before = text.substr(0, static_cast<std::size_t>(std::max(each.column - 1, 0)));
    each.column -= static_cast<int>(std::count_if(before.begin(), before.end(), continues_character));
  }
}

bool ends_address(char c) { return c == ' ' || c == '"' || c == '\'' || c == ',' || c == '\n'; }

}  // namespace

void Diagnostics::error(const Place& place, std::string message, std::string hint) {
  has_errors_ = true;
  add(Diagnostic::Severity::error, place, std::move(message), std::move(hint));
}

void Diagnostics::warning(const Place& place, std::string message, std::string hint) {
  add(Diagnostic::Severity::warning, place, std::move(message), std::move(hint));
}

std::vector<Diagnostic> Diagnostics::sorted(std::string_view text) const {
  auto all = entries_;
  std::stable_sort(all.begin(), all.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  count_characters(all, text);
  if (unlisted_ > 0) {
    const auto severity = has_errors_ ? Diagnostic::Severity::error : Diagnostic::Severity::warning;
    all.push_back({severity, 0, 0, "", fmt::format("there are {} more errors or warnings", unlisted_), ""});
  }
  return all;
}

void Diagnostics::add(Diagnostic::Severity severity, const Place& place, std::string message, std::string hint) {
  if (entries_.size() >= most_entries) {
    ++unlisted_;
    return;
  }
  entries_.push_back({severity, place.line, place.column, printable(mask_credentials(place.path)),
                      printable(mask_credentials(std::move(message))), printable(mask_credentials(std::move(hint)))});
}

std::string suggest(std::string_view written, const std::vector<std::string_view>& names) {
  const auto near = nearest(written, names);
  const auto listed = std::min(names.size(), most_listed_names);
  auto text = near ? fmt::format("did you mean '{}'? ", *near) : std::string();
  text +=
      fmt::format("allowed: {}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(listed), ", "));
  if (listed < names.size()) text += fmt::format(" and {} more", names.size() - listed);
  return text;
}

std::vector<std::string_view> nearest_names(std::string_view written, const std::vector<std::string_view>& names,
                                            std::size_t count) {
  if (written.empty() || written.size() > longest_compared_name) return {};
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (const auto name : names)
    ranked.emplace_back(name.find(written) == std::string_view::npos ? 1 + edit_distance(written, name) : 0, name);
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const bool some_contain = !ranked.empty() && ranked.front().first == 0;
  const auto farthest = some_contain ? 0 : 1 + farthest_named(written);
  std::vector<std::string_view> near;
  for (const auto& [rank, name] : ranked)
    if (rank <= farthest && near.size() < count) near.push_back(name);
  return near;
}

std::string mask_credentials(std::string text) {
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    if (ends_address(text[begin])) continue;
    std::size_t end = begin;
    while (end < text.size() && !ends_address(text[end])) ++end;
    const auto scheme = text.find("://", begin);
    const auto user = scheme < end ? scheme + 3 : begin;
    const auto at = text.rfind('@', end);
    const bool has_password = scheme < end || text.find(':', begin) < at;
    if (at != std::string::npos && at > user && at < end && has_password) {
      end = end - (at - user) + masked_text.size();
      text.replace(user, at - user, masked_text);
    }
    begin = end;
  }
  return text;
}

std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return text;
}

}  // namespace lgtmwatch
