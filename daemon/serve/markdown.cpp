#include "daemon/serve/markdown.hpp"

#include <fmt/format.h>

namespace lgtmwatch {

std::string escaped_markdown(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '|': safe += "\\|"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '\n': safe += ' '; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string markdown_list(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  auto text = fmt::format("- {}:\n", title);
  for (const auto& line : lines) text += fmt::format("  - {}\n", escaped_markdown(line));
  return text;
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const auto& cell : cells) row += " " + escaped_markdown(cell) + " |";
  return row + "\n";
}

std::string markdown_head(const std::vector<std::string>& cells) {
  auto head = markdown_row(cells) + "|";
  for (std::size_t i = 0; i < cells.size(); ++i) head += " --- |";
  return head + "\n";
}

}  // namespace lgtmwatch
