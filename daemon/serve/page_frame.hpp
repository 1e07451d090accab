// The frame that all pages share: head, style, title.
#pragma once

#include <string>
#include <string_view>

namespace lgtmwatch {

// For the head of a page at / or beside it: shows it anew every 15 s, and with JavaScript as soon as a stack changes.
extern const std::string_view refreshing;

// title is text; head and body are HTML.
std::string framed_page(std::string_view title, std::string_view body, std::string_view head = {});

}  // namespace lgtmwatch
