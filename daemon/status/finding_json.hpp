// A finding as JSON, the same in the answers of the web interface, in what is sent to webhooks, and in what is kept in
// files, from where it is read back.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/json_fields.hpp"
#include "daemon/model/verdict.hpp"

namespace lgtmwatch {

// Boost 1.81's JSON takes no std::string_view.
boost::json::string word(std::string_view text);
boost::json::array texts(const std::vector<std::string>& lines);

boost::json::object finding_json(const Finding& finding);
Finding finding_in(JsonFields& fields, const JsonPath& object);

// The finding with as much of its texts as is kept: whatever a component answers, it has a bounded size.
Finding kept_finding(Finding finding);

}  // namespace lgtmwatch
