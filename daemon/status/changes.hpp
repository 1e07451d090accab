// What a log reader wants to hear: findings that opened and closed, signals and stacks that changed their state.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

struct Change {
  enum class Level { info, warning, error };

  Level level = Level::info;
  std::string message;
  std::vector<std::pair<std::string, std::string>> fields;
};

// Compares stack by stack, by name; a stack that is new is compared with nothing known.
std::vector<Change> changes_between(const Snapshot& before, const Snapshot& after);

}  // namespace lgtmwatch
