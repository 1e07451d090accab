// The outcome of `verify` for people and for CI: text, Markdown and JUnit, from one snapshot.
#pragma once

#include <string>
#include <string_view>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

// "not checked", "overdue", "visible"
std::string_view outcome_of(const CanaryStatus& canary);

std::string summary_text(const Snapshot& snapshot);
std::string summary_markdown(const Snapshot& snapshot);
// One test suite a stack, one test case a criterion; unknown is an error, broken and degraded a failure.
std::string summary_junit(const Snapshot& snapshot);

}  // namespace lgtmwatch
