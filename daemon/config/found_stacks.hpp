// Targets -> stacks, as if they had been written under `stacks`. Used by read_settings.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "daemon/config/diagnostics.hpp"
#include "daemon/config/targets.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace lgtmwatch {

struct DiscoveredStack {
  std::string where;  // its first target
  YamlNodePtr node;   // a mapping, as one item of `stacks`
};

// In the order of their names. Reports targets that do not fit together, and stacks whose name is `listed` already.
std::vector<DiscoveredStack> stacks_of(const FoundTargets& found, const std::set<std::string>& listed,
                                       Diagnostics& diagnostics);

}  // namespace lgtmwatch
