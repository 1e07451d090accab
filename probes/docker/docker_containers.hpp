// docker_containers: which containers are there, and how are they: state, health checks, networks, environment of
// SDKs, log drivers, published ports.
//
// Asks GET /containers/json?all=1, then GET /containers/ID/json of each, of those that run first and of at most 64.
// Unversioned paths: Docker 29 refuses old versions. Reads only, so that a socket proxy which lets nothing else through
// (CONTAINERS=1) is enough.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_docker_containers(const StackPlan& stack);

// All of it, for other probes of the engine at this address.
boost::asio::awaitable<Result<DockerContainers>> ask_for_containers(Asker& asker, std::string address);

}  // namespace lgtmwatch
