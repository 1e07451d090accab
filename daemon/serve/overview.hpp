// Many stacks on one page: a line of each with its worst finding, those first that need somebody, and a form that
// searches them. Pure.
#pragma once

#include <string>
#include <vector>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

struct StackFilter {
  bool is_set() const { return !search.empty() || only_broken; }

  std::string search;  // words that must all be in the name of the stack or in a cause that was found, in any case
  bool only_broken = false;
};

// Those that fit, the worst first; among equals as they are configured. Refers to the snapshot.
std::vector<const StackSnapshot*> chosen_stacks(const Snapshot& snapshot, const StackFilter& filter);

// How many stacks there are in each state.
std::string stack_counts_html(const Snapshot& snapshot, const StackFilter& filter);

std::string filter_form_html(const StackFilter& filter);

// The first five hundred of those that fit.
std::string overview_html(const Snapshot& snapshot, const StackFilter& filter);

}  // namespace lgtmwatch
