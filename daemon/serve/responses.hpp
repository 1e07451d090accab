// The answers of the web server that several rooms of routes give.
#pragma once

#include <boost/json/fwd.hpp>

#include "daemon/net/http_server.hpp"

namespace lgtmwatch {

inline constexpr const char* text_type = "text/plain; charset=utf-8";
inline constexpr const char* json_type = "application/json";

ServerResponse json_response(const boost::json::value& value, int status = 200);

}  // namespace lgtmwatch
