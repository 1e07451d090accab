// alloy_scraper: what a log scraper tails, for each receiver that is named by a loki.source component.
//
// Asks GET /api/v0/web/components/ID: the targets it was given (arguments) and what it tails of them (targets_info of
// its debug information). loki.source.docker skips targets without __meta_docker_container_id without a word, and is
// healthy while it tails nothing. The API is unstable: what is not as expected is an error of the probe, no finding.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "probes/probe.hpp"

namespace lgtmwatch {

Result<AlloyScraper> parse_alloy_scraper(std::string_view body);

// One targets_info of the debug information.
TailedTarget tailed_target(const boost::json::value& info);

Probes make_alloy_scrapers(const StackPlan& stack);

}  // namespace lgtmwatch
