// All that a page shows of one stack. Links are relative to the root of the web interface. Pure.
#pragma once

#include <string>
#include <string_view>

#include "daemon/history/history.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

// Where the page of the stack is, from the root.
std::string stack_link(std::string_view name);

// "31 of 32 criteria met"
std::string score_text(const StackVerdict& verdict);

// From its name down; with its history, where there is one.
std::string stack_html(const StackSnapshot& stack, WallTime now, const History* history);

}  // namespace lgtmwatch
