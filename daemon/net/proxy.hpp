// What is said to an HTTP proxy, and what its answers mean. Pure; connection.cpp does the asking.
//
// Plain HTTP requests go through a proxy as they are, with the whole URL as their target. Everything else (TLS,
// gRPC) goes through a tunnel that CONNECT opens. The proxy resolves the name of the target.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/endpoint.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

bool is_proxied(const Endpoint& endpoint);  // a unix socket never is

// The header line with its CRLF, or nothing where there are no credentials.
std::string proxy_authorization_line(const Endpoint& endpoint);

std::string connect_request(const Endpoint& endpoint);

// Nothing where the tunnel is open; the head is the answer up to its empty line.
std::optional<Error> judge_connect_answer(std::string_view head, const Endpoint& endpoint);

// Of a plain request: an error where the proxy itself answered, because it asks for credentials or has no way to the
// target. `server` is the Server header; a status of the target is no error.
std::optional<Error> judge_proxied_answer(int status, std::string_view server, const Endpoint& endpoint);

// The proxy could not be reached: says so before what was wrong.
Error without_proxy(const Error& error, const Endpoint& endpoint);
// The proxy took the request for a tunnel and did not answer it in time.
Error silent_proxy(const Endpoint& endpoint, Duration patience);

}  // namespace lgtmwatch
