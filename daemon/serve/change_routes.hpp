// What changes something over HTTP: a reload, a run of a probe now, a window of maintenance. Refused with 403 unless
// the daemon allows it.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/net/http_server.hpp"
#include "daemon/serve/routes.hpp"

namespace lgtmwatch {

// Whether the request belongs here, allowed or not.
bool asks_for_change(const ServerRequest& request);

// Answers such a request; the context must outlive it.
boost::asio::awaitable<ServerResponse> answer_change(const WebContext& context, ServerRequest request);

ServerResponse refuse_all_but(const std::string& methods);

// "%2F" as "/"; nothing where it is not well-formed.
std::optional<std::string> decoded_path(std::string_view encoded);

}  // namespace lgtmwatch
