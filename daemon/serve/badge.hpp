// A badge for a README or a wiki: the state of a stack, or of one of its signals, as SVG.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

// name: "STACK.svg" or "STACK/SIGNAL.svg". Nothing where there is no such stack or signal.
std::optional<std::string> badge(const Snapshot& snapshot, std::string_view name);

}  // namespace lgtmwatch
