// The frame that all pages share: head, style, title.
#pragma once

#include <string>
#include <string_view>

namespace lgtmwatch {

// For the head of a page whose links are relative to the root: shows its main part anew every 15 s, and with
// JavaScript as soon as a stack changes and as its form of search is filled.
extern const std::string_view refreshing;

// title is text, the others are HTML.
struct PageFrame {
  std::string title;
  std::string head{};
  std::string top{};  // before the main part; not shown anew, but for what has the role of a status
};

std::string framed_page(const PageFrame& frame, std::string_view main);

}  // namespace lgtmwatch
