// The end of a command: all that it printed is written, or it is told that it is not.
#pragma once

#include <system_error>

#include "daemon/net/net_clients.hpp"

namespace lgtmwatch {

// Writes what standard output still holds. The code of the command, or 1 where that is 0 and the output was lost.
int with_output_written(int code);
// The same of output that could not be written. A reader that has gone has seen what it wanted, and nothing is said.
int output_lost(const std::error_code& why, int code);

// Gives the code back, unless names are still being looked up: the process ends here then, with the code, since
// getaddrinfo cannot be cancelled, and waiting for it may take for ever.
int leave(const NetClients& net, int code);

}  // namespace lgtmwatch
