#include "daemon/base/file_pattern.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace lgtmwatch {
namespace {

constexpr std::size_t most_alternatives = 16;
constexpr std::size_t longest = 512;

struct Step {
  enum class Kind { one_of, within_folder, folders, anything };

  bool takes(char c) const {
    switch (kind) {
      case Kind::one_of: return is_outside != (ranges.find(c) != std::string::npos) && (c != '/' || !is_outside);
      case Kind::within_folder: return c != '/';
      case Kind::folders:
      case Kind::anything: return true;
    }
    return false;
  }
  bool may_be_empty() const { return kind != Kind::one_of; }

  Kind kind = Kind::one_of;
  std::string ranges;       // all characters, of one_of
  bool is_outside = false;  // any other than these
};

using Steps = std::vector<Step>;

// "[a-z]" from behind its bracket; the position behind it, or npos where it is not closed.
std::size_t add_set(std::string_view pattern, std::size_t at, Steps& steps) {
  const auto end = pattern.find(']', at + 1);
  if (end == std::string_view::npos) return end;
  Step step;
  step.is_outside = pattern[at] == '!' || pattern[at] == '^';
  for (auto i = at + (step.is_outside ? 1 : 0); i < end; ++i) {
    const bool range = i + 2 < end && pattern[i + 1] == '-';
    const auto last = static_cast<unsigned char>(range ? pattern[i + 2] : pattern[i]);
    for (unsigned c = static_cast<unsigned char>(pattern[i]); c <= last; ++c) step.ranges += static_cast<char>(c);
    if (range) i += 2;
  }
  steps.push_back(std::move(step));
  return end + 1;
}

// Behind the stars that begin at the position.
std::size_t add_stars(std::string_view pattern, std::size_t at, Steps& steps) {
  const auto end = std::min(pattern.find_first_not_of('*', at), pattern.size());
  if (end - at == 1) {
    steps.push_back({Step::Kind::within_folder, {}});
    return end;
  }
  const bool folders = end < pattern.size() && pattern[end] == '/';
  steps.push_back({folders ? Step::Kind::folders : Step::Kind::anything, {}});
  return folders ? end + 1 : end;
}

Steps steps_of(std::string_view pattern) {
  Steps steps;
  for (std::size_t i = 0; i < pattern.size();) {
    if (pattern[i] == '*') {
      i = add_stars(pattern, i, steps);
      continue;
    }
    if (pattern[i] == '[' && i + 1 < pattern.size()) {
      const auto behind = add_set(pattern, i + 1, steps);
      if (behind != std::string_view::npos) {
        i = behind;
        continue;
      }
    }
    const bool any = pattern[i] == '?';
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    steps.push_back({Step::Kind::one_of, any ? std::string() : std::string(1, pattern[i]), any});
    ++i;
  }
  return steps;
}

// The steps that may be next: those reached, and those behind what may be empty.
void skip_empty(const Steps& steps, std::vector<bool>& next) {
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (next[i] && steps[i].may_be_empty()) next[i + 1] = true;
}

bool fits(const Steps& steps, std::string_view path) {
  std::vector<bool> next(steps.size() + 1);
  next[0] = true;
  skip_empty(steps, next);
  for (const char c : path) {
    std::vector<bool> after(steps.size() + 1);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!next[i] || !steps[i].takes(c)) continue;
      const bool stays = steps[i].may_be_empty();
      if (stays) after[i] = true;
      if (!stays || (c == '/' && steps[i].kind == Step::Kind::folders)) after[i + 1] = true;
    }
    // Within folders only a slash leads on.
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (after[i] && steps[i].may_be_empty() && steps[i].kind != Step::Kind::folders) after[i + 1] = true;
    if (c == '/') skip_empty(steps, after);
    next = std::move(after);
  }
  return next.back();
}

std::vector<std::string> alternatives_of(std::string_view pattern) {
  std::vector<std::string> all{std::string(pattern)};
  for (std::size_t i = 0; i < all.size() && all.size() < most_alternatives;) {
    const auto text = all[i];
    const auto open = text.find('{');
    const auto close = text.find('}', open);
    if (open == std::string::npos || close == std::string::npos) {
      ++i;
      continue;
    }
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
    for (auto begin = open + 1; begin <= close;) {
      const auto end = std::min(text.find(',', begin), close);
      all.push_back(text.substr(0, open) + text.substr(begin, end - begin) + text.substr(close + 1));
      begin = end + 1;
    }
  }
  return all;
}

}  // namespace

bool fits_file_pattern(std::string_view pattern, std::string_view path) {
  if (pattern.size() > longest || path.size() > longest) return false;
  // Most patterns of a long list differ in what comes before their first star.
  const auto fixed = std::min(pattern.find_first_of("*?[{\\"), pattern.size());
  if (path.substr(0, fixed) != pattern.substr(0, fixed)) return false;
  if (fixed == pattern.size()) return path.size() == fixed;
  const auto alternatives = alternatives_of(pattern);
  return std::any_of(alternatives.begin(), alternatives.end(),
                     [&](const std::string& alternative) { return fits(steps_of(alternative), path); });
}

bool name_same_file(std::string_view one, std::string_view other) {
  return one == other || fits_file_pattern(one, other) || fits_file_pattern(other, one);
}

}  // namespace lgtmwatch
