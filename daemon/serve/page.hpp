// The status page and the page of a stack, for people: HTML documents from a snapshot and, where there is one, the
// history. They need no script, and load nothing from elsewhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/history/history.hpp"
#include "daemon/serve/overview.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

// All of a few stacks; of many, or of those that a filter chooses, the overview.
std::string status_page(const Snapshot& snapshot, const History* history = nullptr, const StackFilter& filter = {});

// root: the way from the page to the status page, "../". Nothing where there is no such stack.
std::optional<std::string> stack_page(const Snapshot& snapshot, std::string_view name, std::string_view root,
                                      const History* history = nullptr);

}  // namespace lgtmwatch
