// The configuration that `lgtmwatch init` writes: what was found as YAML, what was not as comments that say why. Pure.
#pragma once

#include <string>

#include "daemon/base/time.hpp"
#include "daemon/init/found.hpp"

namespace lgtmwatch {

std::string write_config(const FoundStack& stack, WallTime now);

}  // namespace lgtmwatch
