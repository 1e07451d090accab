// One request of a command to a running daemon.
#pragma once

#include <functional>

#include "daemon/base/result.hpp"
#include "daemon/net/http.hpp"

namespace lgtmwatch {

// The exit code is what tell(answer) gives. Does not return while the name of the endpoint is still being looked up,
// which cannot be cancelled: then the process ends with that code.
int ask_once(const Endpoint& endpoint, HttpRequest request, Duration patience,
             const std::function<int(const Result<HttpResponse>&)>& tell);

}  // namespace lgtmwatch
