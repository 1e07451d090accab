// What every component's answers have in common: statuses that are errors, and the first line of a text.
#pragma once

#include <string>
#include <string_view>

#include "daemon/net/http.hpp"

namespace lgtmwatch {

// The error that a status other than success means:
//   401 with "no org id" -> tenant (Loki, Tempo, Mimir: DSKIT's middleware), other 401 and 403 -> auth,
//   404 -> not_found, 429 -> limit, everything else -> http_status.
Error status_error(const HttpResponse& response, const std::string& address);

// The first line, printable, at most 200 bytes.
std::string first_line(std::string_view text);

}  // namespace lgtmwatch
