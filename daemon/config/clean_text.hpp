// Checks of bytes that end up in headers, labels and on terminals.
#pragma once

#include <string_view>

namespace lgtmwatch {

bool has_control_character(std::string_view text);
// Bytes before the first that is not UTF-8; all of them where the text is.
std::size_t utf8_prefix(std::string_view text);
// True for the second and later bytes of a UTF-8 character.
bool continues_character(char c);
bool is_utf8(std::string_view text);

}  // namespace lgtmwatch
