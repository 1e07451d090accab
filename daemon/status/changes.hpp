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

// Of a file under --storage.path that holds `what`, such as "the history of incidents": it cannot be written any more,
// or can again; it cannot be used at all.
Change writing_change(const std::string& what, const std::optional<Error>& trouble);
Change unusable_file_change(const std::string& what, const Error& why);

// Compares stack by stack, by name; a stack that is new is compared with nothing known.
std::vector<Change> changes_between(const Snapshot& before, const Snapshot& after);

}  // namespace lgtmwatch
