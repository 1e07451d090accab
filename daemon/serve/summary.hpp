// The outcome of `verify` for people and for CI: text, Markdown and JUnit, from one snapshot.
#pragma once

#include <string>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

std::string summary_text(const Snapshot& snapshot);
std::string summary_markdown(const Snapshot& snapshot);
// One test suite a stack, one test case a criterion; unknown is an error, broken and degraded a failure.
std::string summary_junit(const Snapshot& snapshot);

}  // namespace lgtmwatch
