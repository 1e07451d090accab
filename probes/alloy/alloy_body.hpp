// Bodies of Alloy's components API: trees of attributes and blocks, each an array of {"name", "type", "value"|"body"}.
//
// The API is internal and unstable. Everything here answers "not there" to what it does not expect.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lgtmwatch {

// The bodies of all blocks of that name; empty where there is none.
std::vector<const boost::json::value*> alloy_blocks(const boost::json::value& body, std::string_view name);

// The value of an attribute: {"type": …, "value": …}; null where it is not there.
const boost::json::value* alloy_attribute(const boost::json::value& body, std::string_view name);

// Texts and numbers as text; "" for anything else.
std::string alloy_text(const boost::json::value* value);
bool alloy_flag(const boost::json::value* value);

}  // namespace lgtmwatch
