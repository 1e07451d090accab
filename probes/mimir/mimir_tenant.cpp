#include "probes/mimir/mimir_tenant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "daemon/base/json.hpp"
#include "daemon/model/own.hpp"
#include "probes/mimir/mimir_api.hpp"

namespace lgtmwatch {
namespace {

constexpr auto range = std::chrono::hours(1);

std::string escaped_for_regex(std::string_view name) {
  std::string escaped;
  for (const char c : name) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// A regular expression for exactly these jobs, as a PromQL string.
std::string any_of(const std::set<std::string>& jobs) {
  std::string alternatives;
  for (const auto& job : jobs) alternatives += (alternatives.empty() ? "" : "|") + escaped_for_regex(job);
  return promql_string(alternatives);
}

class MimirTenantProbe final : public Probe {
 public:
  MimirTenantProbe(ProbePlan plan, const MimirPlan& mimir, std::set<std::string> stack_jobs)
      : Probe(std::move(plan)), mimir_(mimir), stack_jobs_(std::move(stack_jobs)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    auto jobs = co_await ask_jobs(asker);
    if (!jobs) co_return jobs.error();
    auto own_jobs = co_await ask_own_jobs(asker, *jobs);
    if (!own_jobs) co_return own_jobs.error();
    auto series = co_await ask_series(asker);
    double own_series = 0;
    if (series && !own_jobs->empty()) {
      const auto counted = co_await ask_count(asker, *own_jobs);
      if (counted) own_series = *counted;
      if (!counted) series.reset();
    }
    co_return judge_mimir_tenant(*jobs, stack_jobs_, *own_jobs, series, own_series);
  }

 private:
  boost::asio::awaitable<Result<std::vector<std::string>>> ask_jobs(Asker& asker) const {
    const auto end = asker.now();
    HttpRequest request(fmt::format("{}/api/v1/label/job/values?start={:.3f}&end={:.3f}", mimir_.api_prefix,
                                    unix_seconds(end - range), unix_seconds(end)));
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    co_return parse_string_list(response->body);
  }

  boost::asio::awaitable<Result<std::set<std::string>>> ask_own_jobs(Asker& asker,
                                                                     const std::vector<std::string>& jobs) const {
    const auto query = fmt::format("count by (job) ({})", own_build_info);
    auto response = co_await asker.ask_ok(HttpRequest(instant_query(mimir_, query, asker.now())));
    if (!response) co_return response.error();
    const auto found = parse_vector(response->body);
    if (!found) co_return found.error();
    auto own = co_await without_shared_jobs(asker, *found);
    const std::string canaries(canary_service_name);
    if (std::find(jobs.begin(), jobs.end(), canaries) != jobs.end()) own.insert(canaries);
    co_return own;
  }

  // One scrape configuration for many targets gives all of them one job; that is not ours although we are in it.
  boost::asio::awaitable<std::set<std::string>> without_shared_jobs(Asker& asker,
                                                                    const std::vector<JobValue>& found) const {
    std::map<std::string, double> instances;
    std::set<std::string> own;
    for (const auto& entry : found) {
      if (entry.job.empty()) continue;
      instances[entry.job] = entry.value;
      own.insert(entry.job);
    }
    if (own.empty()) co_return own;
    const auto query = fmt::format("count by (job) (up{{job=~{}}})", any_of(own));
    auto response = co_await asker.ask_ok(HttpRequest(instant_query(mimir_, query, asker.now())));
    if (!response) co_return own;
    const auto targets = parse_vector(response->body);
    if (!targets) co_return own;
    for (const auto& entry : *targets)
      if (instances.contains(entry.job) && entry.value > instances[entry.job]) own.erase(entry.job);
    co_return own;
  }

  // A figure for display: without it the jobs are still known.
  boost::asio::awaitable<std::optional<double>> ask_series(Asker& asker) const {
    const bool prometheus = mimir_.kind == MimirKind::prometheus;
    HttpRequest request(prometheus ? mimir_.api_prefix + "/api/v1/status/tsdb?limit=1" : "/api/v1/user_stats");
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return std::nullopt;
    const auto count = parse_series_count(response->body, mimir_.kind);
    if (!count) co_return std::nullopt;
    co_return *count;
  }

  boost::asio::awaitable<Result<double>> ask_count(Asker& asker, const std::set<std::string>& jobs) const {
    const auto query = fmt::format("count({{job=~{}}})", any_of(jobs));
    auto response = co_await asker.ask_ok(HttpRequest(instant_query(mimir_, query, asker.now())));
    if (!response) co_return response.error();
    const auto counted = parse_vector(response->body);
    if (!counted) co_return counted.error();
    co_return counted->empty() ? 0.0 : counted->front().value;
  }

  MimirPlan mimir_;
  std::set<std::string> stack_jobs_;
};

}  // namespace

Result<double> parse_series_count(std::string_view body, MimirKind kind) {
  if (kind == MimirKind::prometheus) {
    const auto data = parse_envelope(body);
    if (!data) return data.error();
    const auto head = JsonPath(*data).member("headStats");
    if (!head) return head.error();
    const auto count = head->member("numSeries");
    return count ? count->number() : count.error();
  }
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto count = JsonPath(*document).member("numSeries");
  return count ? count->number() : count.error();
}

MimirTenant judge_mimir_tenant(const std::vector<std::string>& jobs, const std::set<std::string>& stack_jobs,
                               const std::set<std::string>& own_jobs, std::optional<double> series, double own_series) {
  MimirTenant tenant;
  for (const auto& job : jobs) {
    if (own_jobs.contains(job)) continue;
    ++tenant.jobs;
    if (!stack_jobs.contains(job)) ++tenant.application_jobs;
    // "NAMESPACE/NAME" where the application has a service.namespace.
    const auto name = job.substr(job.find('/') == std::string::npos ? 0 : job.find('/') + 1);
    if (name.starts_with(no_service_name)) ++tenant.unnamed;
  }
  if (series) tenant.series = std::max(0.0, *series - own_series);
  return tenant;
}

Probes make_mimir_tenant(const StackPlan& stack) {
  Probes probes;
  if (!stack.mimir) return probes;
  auto plan = plan_for(stack, "mimir_tenant", stack.mimir->endpoint.url.address(), Component::mimir, *stack.mimir);
  probes.push_back(std::make_unique<MimirTenantProbe>(std::move(plan), *stack.mimir, stack.stack_jobs));
  return probes;
}

}  // namespace lgtmwatch
