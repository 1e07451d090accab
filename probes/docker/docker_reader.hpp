// Asks the Docker engine whether it has what a container wrote to its standard output.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <string_view>

#include "probes/asker.hpp"

namespace lgtmwatch {

inline constexpr std::string_view driver_that_keeps_nothing = "none";

struct DockerSight {
  std::string log_driver;
  bool is_readable = true;  // false where the driver keeps nothing that could be tailed; nothing was looked for then
  bool has_line = false;
};

// Whether the last lines of the container's standard output hold the text. An error where the engine does not tell.
boost::asio::awaitable<Result<DockerSight>> look_into_docker(Asker& asker, std::string container, std::string text);

// "the container's log driver is none, so nothing can be tailed"
std::string why_nothing_can_be_tailed(const DockerSight& sight);

}  // namespace lgtmwatch
