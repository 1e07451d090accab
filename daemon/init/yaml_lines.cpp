#include "daemon/init/yaml_lines.hpp"

#include <algorithm>

#include "daemon/init/yaml_text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t longest_line = 118;
constexpr std::size_t shortest_line = 40;

}  // namespace

void YamlLines::add(int indent, std::string_view line) {
  text_.append(static_cast<std::size_t>(indent), ' ').append(line).append("\n");
}

void YamlLines::comment(int indent, std::string_view text) {
  auto rest = comment_text(text);
  const auto width = std::max(shortest_line, longest_line - static_cast<std::size_t>(indent) - 2);
  for (bool is_first = true; !rest.empty(); is_first = false) {
    auto end = rest.size();
    if (end > width) {
      end = rest.rfind(' ', width);
      if (end == std::string::npos || end == 0) end = std::min(rest.find(' ', width), rest.size());
    }
    add(indent, std::string(is_first ? "# " : "#   ") + rest.substr(0, end));
    const auto next = rest.find_first_not_of(' ', end);
    rest = next == std::string::npos ? std::string() : rest.substr(next);
  }
}

void YamlLines::left_out(int indent, std::string_view line, std::string_view why) {
  comment(indent, std::string(why) + ":");
  add(indent, "# " + comment_text(line));
}

}  // namespace lgtmwatch
