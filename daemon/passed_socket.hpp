// The sockets that systemd, or what else has started the daemon, opened for it (sd_listen_fds(3)).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "daemon/base/result.hpp"

namespace lgtmwatch {

// The descriptor of the one that is to be the web port; nothing where none was passed to this process. More than one,
// or a number that is none, is an error. By LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES.
Result<std::optional<int>> passed_socket(
    const std::function<std::optional<std::string>(const std::string& name)>& variable);

}  // namespace lgtmwatch
