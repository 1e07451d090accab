// The paths of the web interface that show the history; routes.cpp asks for them.
#pragma once

#include <optional>

#include "daemon/history/history.hpp"
#include "daemon/net/http_server.hpp"
#include "diagnosis/catalogue.hpp"

namespace lgtmwatch {

// Nothing where the path of the request is none of them.
std::optional<ServerResponse> answer_about_history(const History& history, const Snapshot& snapshot,
                                                   const Catalogue& catalogue, const ServerRequest& request);

}  // namespace lgtmwatch
