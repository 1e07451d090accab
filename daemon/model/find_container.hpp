// Which container is meant: by the host of an endpoint, or by a name. Pure; for probes and diagnosis alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/endpoint.hpp"
#include "daemon/model/containers.hpp"

namespace lgtmwatch {

// Null where there is none. By the host of the endpoint: its name, an alias or an address on one of its networks, and
// those that run first. On the loopback by the port that it publishes, and else the only one (of those that run, where
// any does) that can be there and whose name or image holds the word ("loki").
const Container* container_of(const std::vector<Container>& containers, const Endpoint& endpoint,
                              std::string_view word);

bool is_running(const Container& container);
// By its name, an alias or an address on one of its networks.
bool answers_to(const Container& container, const std::string& host);
// By `--network container:OTHER`, or `network_mode: service:OTHER`.
bool uses_network_of(const Container& user, const Container& other);
bool is_loopback(const std::string& host);

}  // namespace lgtmwatch
