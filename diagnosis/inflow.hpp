// What the receiver's counter says of a silent source: whether what it sends comes to its receiver at all.
#pragma once

#include "diagnosis/flow.hpp"
#include "diagnosis/view.hpp"

namespace lgtmwatch {

// Unknown where it cannot be read, where another source arrives through the same receiver, and where lgtmwatch's own
// canaries account for what it counts. It begins where what it takes need not be found yet.
enum class Inflow { unknown, still, begins, moves };

Flow flow_into(const View& view, const Expectation& silent);
Inflow inflow_of(const View& view, const Expectation& silent);

}  // namespace lgtmwatch
