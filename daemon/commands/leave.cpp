#include "daemon/commands/leave.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace lgtmwatch {

int output_lost(const std::error_code& why, int code) {
  if (why == std::errc::broken_pipe) return code;
  fmt::print(stderr, "error: the output cannot be written: {}\n", why.message());
  return std::max(code, 1);
}

int with_output_written(int code) {
  if (std::fflush(stdout) == 0) return code;
  return output_lost({errno, std::generic_category()}, code);
}

int leave(const NetClients& net, int code) {
  if (!net.is_looking_up()) return code;
  std::_Exit(with_output_written(code));
}

}  // namespace lgtmwatch
