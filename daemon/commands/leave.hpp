// The end of a command that has asked the network.
#pragma once

#include "daemon/net/net_clients.hpp"

namespace lgtmwatch {

// Gives the code back, unless names are still being looked up: the process ends here then, with the code, since
// getaddrinfo cannot be cancelled, and waiting for it may take for ever.
int leave(const NetClients& net, int code);

}  // namespace lgtmwatch
