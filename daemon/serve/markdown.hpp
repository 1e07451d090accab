// Pieces of Markdown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lgtmwatch {

// For running text and table cells: pipes would end a cell, angle brackets would be HTML, and lines break nowhere.
std::string escaped_markdown(std::string_view text);
// "- title:" with an indented list; empty where there is nothing to list.
std::string markdown_list(std::string_view title, const std::vector<std::string>& lines);
std::string markdown_row(const std::vector<std::string>& cells);
std::string markdown_head(const std::vector<std::string>& cells);

}  // namespace lgtmwatch
