// A finding as JSON, the same in the answers of the web interface and in what is sent to webhooks.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/model/verdict.hpp"

namespace lgtmwatch {

// Boost 1.81's JSON takes no std::string_view.
boost::json::string word(std::string_view text);
boost::json::array texts(const std::vector<std::string>& lines);

boost::json::object finding_json(const Finding& finding);

}  // namespace lgtmwatch
