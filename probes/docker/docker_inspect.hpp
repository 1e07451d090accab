// What the Docker engine tells of a container. Pure. Docker Engine API 1.24 and newer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/model/containers.hpp"

namespace lgtmwatch {

// Ids of /containers/json?all=1, those that run first.
Result<std::vector<std::string>> parse_container_ids(std::string_view body);

// Of /containers/ID/json.
Result<Container> parse_container(std::string_view body);

}  // namespace lgtmwatch
