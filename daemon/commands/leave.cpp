#include "daemon/commands/leave.hpp"

#include <cstdio>
#include <cstdlib>

namespace lgtmwatch {

int leave(const NetClients& net, int code) {
  if (!net.is_looking_up()) return code;
  std::fflush(stdout);
  std::_Exit(code);
}

}  // namespace lgtmwatch
