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

// It has ended, restarts, or was restarted by the engine lately: its log may tell why.
bool has_last_words(const Container& container, WallTime now);
// The last lines of a log that name a full disk, a missing right, a corrupt segment or a configuration that is refused.
std::vector<std::string> last_words_in(std::string_view log);

}  // namespace lgtmwatch
