// What every component's answers have in common: statuses that are errors, and the first line of a text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/net/http.hpp"

namespace lgtmwatch {

// The error that a status other than success means:
//   401 with "no org id" -> tenant (Loki, Tempo, Mimir: DSKIT's middleware), other 401 and 403 -> auth,
//   404 -> not_found, 429 -> limit, 400 of a TLS port to who comes without TLS or certificate -> tls,
//   everything else -> http_status.
Error status_error(const HttpResponse& response, const std::string& address);

// How to mend it where a TLS port (nginx, a Go server) says that TLS or a client certificate is missing; else empty.
std::string tls_refusal_hint(const HttpResponse& response);

// 502 and 504, which a gateway in front of the component answers where it gets no answer itself; else nothing.
std::optional<Error> gateway_error(const HttpResponse& response, const std::string& address);

// The first line, or the title of an HTML page; printable, at most 200 bytes.
std::string first_line(std::string_view text);

// "UNIMPLEMENTED" for 12; the number itself where gRPC has no name for it.
std::string grpc_status_name(int status);

}  // namespace lgtmwatch
