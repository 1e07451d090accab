// Text that came from outside, made safe to show.
#pragma once

#include <string>
#include <string_view>

namespace lgtmwatch {

// Valid UTF-8: bytes that are none become U+FFFD; control characters but \n and \t become a space.
std::string shown_text(std::string_view bytes);

// As shown_text, cut to at most `limit` bytes, not in the middle of a character.
std::string shown_text(std::string_view bytes, std::size_t limit);

// For HTML and XML, in text and in attributes: & < > " ' become references.
std::string escaped_markup(std::string_view text);

}  // namespace lgtmwatch
