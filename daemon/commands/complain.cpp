#include "daemon/commands/complain.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace lgtmwatch {

int complain(std::string_view what, std::string_view hint, int code) {
  fmt::print(stderr, "error: {}\nhint: {}\n", what, hint);
  return code;
}

}  // namespace lgtmwatch
