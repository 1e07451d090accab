// Which metrics must exist so that an alert rule can ever fire: the plain selectors of its expression.
//
// This is no parser of PromQL. It walks over the words of an expression and takes as metric names what is neither a
// function, an aggregation, a keyword, a label, a text nor a number. What it is not sure of it leaves out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lgtmwatch {

struct AskedMetrics {
  // NAME, with its matchers of job and service_name: NAME{job="api"}. Each once. Other matchers may choose what is
  // rightly absent (code="500"), so they are left out, as are ALERTS and what is the argument of absent().
  std::vector<std::string> selectors;
  bool any_suffices = false;  // `or`: the rule can fire as long as one of them is there
};

// None where nothing can be said.
AskedMetrics metrics_asked_by(std::string_view expression);

// Metrics that need not be there: many counters of errors and the like appear with their first event.
bool may_be_rightly_absent(std::string_view selector);

}  // namespace lgtmwatch
