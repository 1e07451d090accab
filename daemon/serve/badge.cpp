#include "daemon/serve/badge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::string_view suffix = ".svg";
constexpr double width_of_a_character = 6.5;  // of 11 px Verdana, as an average
constexpr double padding = 12;

std::string_view colour_of(State state) {
  switch (state) {
    case State::healthy: return "#2c8a3d";
    case State::unknown: return "#6e7781";
    case State::degraded: return "#9a6700";
    case State::broken: return "#c62828";
  }
  return "#6e7781";
}

double width_of(std::string_view text) {
  const auto characters = std::count_if(text.begin(), text.end(),
                                        [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
  return static_cast<double>(characters) * width_of_a_character + padding;
}

std::string svg(const std::string& label, State state) {
  const auto left = width_of(label);
  const auto right = width_of(to_string(state));
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"20\" role=\"img\" aria-label=\"{1}: {2}\">"
      "<title>{1}: {2}</title><rect width=\"{3:.0f}\" height=\"20\" fill=\"#444c56\"/>"
      "<rect x=\"{3:.0f}\" width=\"{4:.0f}\" height=\"20\" fill=\"{5}\"/>"
      "<g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">"
      "<text x=\"{6:.1f}\" y=\"14\">{1}</text><text x=\"{7:.1f}\" y=\"14\">{2}</text></g></svg>\n",
      left + right, escaped_markup(label), to_string(state), left, right, colour_of(state), left / 2, left + right / 2);
}

}  // namespace

std::optional<std::string> badge(const Snapshot& snapshot, std::string_view name) {
  if (!name.ends_with(suffix)) return std::nullopt;
  name.remove_suffix(suffix.size());
  for (const auto& stack : snapshot.stacks) {
    const auto& verdict = stack->verdict;
    if (verdict.name == name) return svg(verdict.name, verdict.state);
    for (const auto& [signal, state] : verdict.signals)
      if (fmt::format("{}/{}", verdict.name, to_string(signal)) == name)
        return svg(fmt::format("{} {}", verdict.name, to_string(signal)), state);
  }
  return std::nullopt;
}

}  // namespace lgtmwatch
