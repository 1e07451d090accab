// Whether two snapshots are of the same stacks, for who looks at what has changed between them.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

// In the same order; a stack that is as it was costs a comparison.
inline bool have_same_names(const std::vector<std::shared_ptr<const StackSnapshot>>& some,
                            const std::vector<std::shared_ptr<const StackSnapshot>>& others) {
  const auto have_same_name = [](const auto& a, const auto& b) { return a == b || a->verdict.name == b->verdict.name; };
  return std::equal(some.begin(), some.end(), others.begin(), others.end(), have_same_name);
}

}  // namespace lgtmwatch
