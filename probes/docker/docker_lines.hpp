// docker_lines: when was the newest line of each container written that a scraper of Alloy should read, as the engine
// keeps it?
//
// Asks GET /containers/NAME/logs?stdout=1&stderr=1&timestamps=1&tail=1 of each container of a source whose logs are
// expected through a loki.source.docker, of at most 32. What a line says is not kept.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_docker_lines(const StackPlan& stack);

// The names of those containers, each once.
std::vector<std::string> containers_with_lines(const StackPlan& stack);

}  // namespace lgtmwatch
