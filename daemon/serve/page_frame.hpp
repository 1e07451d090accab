// The frame that all pages share: head, style, title.
#pragma once

#include <string>
#include <string_view>

namespace lgtmwatch {

inline constexpr std::string_view refreshing = "<meta http-equiv=\"refresh\" content=\"15\">";

// title is text; head and body are HTML.
std::string framed_page(std::string_view title, std::string_view body, std::string_view head = {});

}  // namespace lgtmwatch
