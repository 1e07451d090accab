// The lgtmwatch.yaml with which a watcher watches this sandbox.
#pragma once

#include <string>

#include "sandbox/alloy.hpp"

namespace lgtmwatch::sandbox {

std::string config_for(const Addresses& addresses);
Result<void> write_config(const Addresses& addresses, const std::string& path);

}  // namespace lgtmwatch::sandbox
