// What a stack inherits from `defaults`: the keys that it does not write itself.
#pragma once

#include "daemon/config/yaml_tree.hpp"

namespace lgtmwatch {

// Both are mappings, or `defaults` is null. A mapping that both have (`loki`, `canaries`, …) is taken together, one
// level deep, and what the stack writes holds; a list of the stack takes the place of that of the defaults. Components
// with an address are not made of defaults alone; what stands under `alloy` there goes to each Alloy of the stack.
YamlNodePtr inherit(const YamlNodePtr& stack, const YamlNodePtr& defaults);

}  // namespace lgtmwatch
