// Queries for what need not be there: an empty panel of errors is good news.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

namespace lgtmwatch {

// True where the query compares ("> 0", "|=", "status=error"), or speaks of errors and the like.
bool may_be_rightly_empty(const boost::json::object& query);

// Errors, failures, restarts and the like, in any spelling.
bool speaks_of_trouble(std::string_view text);

}  // namespace lgtmwatch
