// The forms of answers that the components of the sandbox share.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/net/http_server.hpp"

namespace lgtmwatch::sandbox {

inline constexpr const char* text_utf8 = "text/plain; charset=utf-8";
inline constexpr const char* json_plain = "application/json";
// How long the processes have been running when the sandbox begins.
inline constexpr Duration age_of_processes = std::chrono::minutes(20);
// What is older is gone, or cannot be read, while a fault says so.
inline constexpr Duration recent = std::chrono::minutes(20);

ServerResponse text(int status, std::string body);
ServerResponse json(const boost::json::value& body, const char* content_type = json_plain);
ServerResponse page_not_found();
ServerResponse no_org_id();

// A body of sandbox/data as it is.
ServerResponse recorded(std::string_view name, const char* content_type);

// Figures that are known better than the recording: the beginning of a line of /metrics, up to where it is unique,
// with its value. A line that is not in the recording is written in full at the end; `left_out` removes it. No key may
// begin with another.
using Figures = std::map<std::string, double>;
inline constexpr double left_out = std::numeric_limits<double>::quiet_NaN();
std::string overlay(std::string_view metrics, const Figures& figures);

std::int64_t unix_ns(WallTime time);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
std::string without_spaces(std::string_view text);
bool starts_with(std::string_view text, std::string_view start);
// Take it off the text, if the text begins or ends with it.
bool take(std::string_view& text, std::string_view start);
bool take_end(std::string_view& text, std::string_view end);

}  // namespace lgtmwatch::sandbox
