// A container as GET /containers/json lists it.
#pragma once

#include <boost/json/object.hpp>

#include "sandbox/docker_containers.hpp"

namespace lgtmwatch::sandbox {

// container: as GET /containers/NAME/json shows it.
boost::json::object docker_list_row(const boost::json::object& container, const DockerTimes& times);

}  // namespace lgtmwatch::sandbox
