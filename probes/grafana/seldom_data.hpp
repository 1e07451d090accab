// Queries for what need not be there: an empty panel of errors is good news.
#pragma once

#include <boost/json/object.hpp>

namespace lgtmwatch {

// True where the query compares ("> 0", "|=", "status=error"), or speaks of errors and the like.
bool may_be_rightly_empty(const boost::json::object& query);

}  // namespace lgtmwatch
