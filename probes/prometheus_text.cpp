#include "probes/prometheus_text.hpp"

#include <charconv>
#include <optional>

namespace lgtmwatch {
namespace {

// The position behind the quoted text that begins at `open`, or npos.
std::size_t behind_quotes(std::string_view text, std::size_t open) {
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

std::size_t closing_brace(std::string_view line, std::size_t open) {
  for (std::size_t i = open + 1; i < line.size();) {
    if (line[i] == '}') return i;
    i = line[i] == '"' ? behind_quotes(line, i) : i + 1;
  }
  return std::string_view::npos;
}

std::optional<double> value_of(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc()) return std::nullopt;
  return value;
}

std::optional<Sample> sample_of(std::string_view line) {
  if (line.empty() || line.front() == '#') return std::nullopt;
  Sample sample;
  const auto name_end = line.find_first_of("{ ");
  if (name_end == std::string_view::npos || name_end == 0) return std::nullopt;
  sample.name = line.substr(0, name_end);
  auto rest = line.substr(name_end);
  if (rest.front() == '{') {
    const auto close = closing_brace(line, name_end);
    if (close == std::string_view::npos) return std::nullopt;
    sample.labels = line.substr(name_end + 1, close - name_end - 1);
    rest = line.substr(close + 1);
  }
  const auto value = value_of(rest);
  if (!value) return std::nullopt;
  sample.value = *value;
  return sample;
}

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size())
      ++i, plain += text[i] == 'n' ? '\n' : text[i];
    else
      plain += text[i];
  }
  return plain;
}

}  // namespace

std::string Sample::label(std::string_view wanted) const {
  auto rest = labels;
  while (!rest.empty()) {
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos || equals + 1 >= rest.size() || rest[equals + 1] != '"') return {};
    const auto end = behind_quotes(rest, equals + 1);
    if (end == std::string_view::npos) return {};
    if (rest.substr(0, equals) == wanted) return unescaped(rest.substr(equals + 2, end - equals - 3));
    rest.remove_prefix(end);
    while (rest.starts_with(',') || rest.starts_with(' ')) rest.remove_prefix(1);
  }
  return {};
}

void for_each_sample(std::string_view body, const std::function<void(const Sample&)>& visit) {
  while (!body.empty()) {
    const auto newline = body.find('\n');
    if (const auto sample = sample_of(body.substr(0, newline))) visit(*sample);
    if (newline == std::string_view::npos) break;
    body.remove_prefix(newline + 1);
  }
}

}  // namespace lgtmwatch
