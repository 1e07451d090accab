// Markdown as HTML, as far as the pages of causes use it: headings of the second order, paragraphs, lists, code that is
// indented by four, `code` and **bold**. Everything else is shown as it stands.
#pragma once

#include <string>
#include <string_view>

namespace lgtmwatch {

std::string markdown_html(std::string_view text);

}  // namespace lgtmwatch
