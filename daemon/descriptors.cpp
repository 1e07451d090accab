#include "daemon/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace lgtmwatch {
namespace {

constexpr rlim_t reserved_descriptors = 128;  // listening sockets, scrapes, log, pool

}  // namespace

std::size_t runs_at_once(std::size_t otherwise) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return otherwise;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto usable = limit.rlim_cur > 2 * reserved_descriptors ? limit.rlim_cur - reserved_descriptors : 64;
  return std::min<std::size_t>(usable, 32768);
}

}  // namespace lgtmwatch
