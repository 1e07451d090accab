// mimir_newest: when was the newest sample of a source written?
//
// A witness series stands for the source, so that the cost does not grow with its series. A selector that names a
// metric is its own witness; where it has no young sample and names a job, target_info of the job tells whether the
// source sends anything at all. For a selector of labels only, target_info is asked (one series for each instance that
// sends OTLP); where that is not fresh, up (one for each scraped target), of which only samples that are not 0 count: a
// scraper goes on writing up 0 for a target that is gone. Where the source has neither, /api/v1/series of the window
// gives a series that it does have; while the source is silent that answer is empty and cheap.
//
// The query is a range selector: unlike timestamp() it ends neither after five minutes nor at a stale marker.
#pragma once

#include <optional>
#include <string>

#include "probes/probe.hpp"

namespace lgtmwatch {

// `{job="x"}` has no metric name, `http_requests_total{job="x"}` and `{__name__="a"}` have.
bool names_a_metric(std::string_view selector);

// target_info of the job that the selector names; nothing where it names none.
std::optional<std::string> target_info_of(std::string_view selector);

// The first series of /api/v1/series as a selector; nothing where there is none.
Result<std::optional<std::string>> parse_first_series(std::string_view body);

Probes make_mimir_newest(const StackPlan& stack);

}  // namespace lgtmwatch
