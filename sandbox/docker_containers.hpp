// The containers of the sandbox's Docker engine, each as GET /containers/NAME/json shows it.
//
// data/docker_container.json is a real answer, data/docker_containers.json says by name what is different for each, and
// `containers` of a fault's file what changes in that: both are JSON merge patches (RFC 7396). Their environments are
// objects, so that a fault can change one variable.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>

#include "daemon/base/time.hpp"
#include "sandbox/faults.hpp"

namespace lgtmwatch::sandbox {

struct DockerTimes {
  WallTime now;
  WallTime started;  // of all containers
  // When the container of the name wrote its newest line: one that has ended, ended then.
  std::function<WallTime(const std::string& container)> newest_line;
};

// By name, in the order in which they are listed.
boost::json::object docker_containers(const Faults& faults, const DockerTimes& times);

// "scanium-alloy" of a container as above.
std::string docker_name(const boost::json::object& container);

// "2026-11-26T02:51:00.503720079Z"
std::string rfc3339_with_ns(WallTime time);

}  // namespace lgtmwatch::sandbox
