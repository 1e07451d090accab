// What Alloy's components API says of the targets of relabellings and scrapes.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "daemon/model/alloy_components.hpp"

namespace lgtmwatch {

bool has_targets(std::string_view id);  // discovery.relabel and prometheus.scrape

// Of GET /api/v0/web/components/ID: of a discovery.relabel how many targets it is given (arguments) and hands on (its
// export `output`); of a prometheus.scrape its targets as its debug information has them: url, health, last_error.
void read_alloy_targets(const boost::json::value& component, AlloyComponent& into);

// "https://user:secret@loki:3100/push" without what is nobody's business.
std::string without_credentials(std::string url);

}  // namespace lgtmwatch
