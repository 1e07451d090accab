// Base64 with padding (RFC 4648), as HTTP's basic authentication writes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lgtmwatch {

std::string base64(std::string_view bytes);

// Nothing where the text is not well-formed.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace lgtmwatch
