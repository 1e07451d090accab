// mimir_tenant: what does the tenant hold: how many series, which jobs, and any besides the stack's own?
//
// Asks, of Mimir, Cortex or Prometheus:
//   …/api/v1/label/job/values of the last hour       the cost grows with the number of jobs
//   count by (job) (lgtmwatch_build_info)             which job scrapes us: one series for each lgtmwatch
//   count by (job) (up{job=~"…"}) of those            a job with other targets beside us is not ours
//   /api/v1/user_stats, Prometheus …/status/tsdb      the number of series in memory, without touching one
//   count({job=~"ours"}), only where a job is ours    our own few series, to be subtracted
// Never /label/__name__/values or count({…}) over everything, which grow with the number of series.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "probes/probe.hpp"

namespace lgtmwatch {

// Mimir and Cortex {"numSeries":9142}; Prometheus {"data":{"headStats":{"numSeries":9142}}}.
Result<double> parse_series_count(std::string_view body, MimirKind kind);

// own_jobs: the jobs whose series are lgtmwatch's; own_series: how many those are.
MimirTenant judge_mimir_tenant(const std::vector<std::string>& jobs, const std::set<std::string>& stack_jobs,
                               const std::set<std::string>& own_jobs, std::optional<double> series, double own_series);

Probes make_mimir_tenant(const StackPlan& stack);

}  // namespace lgtmwatch
