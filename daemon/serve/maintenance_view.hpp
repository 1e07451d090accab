// The windows of maintenance that hold in a stack, for the JSON and for the page.
#pragma once

#include <boost/json/array.hpp>
#include <string>

#include "daemon/model/plan.hpp"

namespace lgtmwatch {

boost::json::array maintenance_json(const StackPlan& stack, WallTime now);

// One paragraph a window; empty where none holds.
std::string maintenance_html(const StackPlan& stack, WallTime now);

}  // namespace lgtmwatch
