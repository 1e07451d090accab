#include "probes/backend_counters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "daemon/base/text.hpp"
#include "probes/prometheus_text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t metrics_limit = 32 << 20;  // a large backend exports some MB
constexpr std::size_t most_series = 4096;
constexpr std::size_t longest_reason = 80;

class BackendCountersProbe final : public Probe {
 public:
  BackendCountersProbe(ProbePlan plan, BackendFamilies families)
      : Probe(std::move(plan)), families_(std::move(families)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    HttpRequest request("/metrics");
    request.body_limit = metrics_limit;
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    auto counters = parse_backend_counters(response->body, plan().component, families_, tenant());
    if (!counters) co_return counters.error();
    co_return *counters;
  }

 private:
  std::string tenant() const {
    for (const auto& header : plan().endpoint.headers)
      if (header.name == "X-Scope-OrgID") return header.value.reveal();
    return {};
  }

  BackendFamilies families_;
};

// The names that they give to their only tenant where multi-tenancy is off.
bool is_the_only_tenant(std::string_view tenant) {
  return tenant == "fake" || tenant == "anonymous" || tenant == "single-tenant";
}

bool is_ours(const Sample& sample, const BackendFamilies& families, const std::string& tenant) {
  if (tenant.empty() || families.tenant_label.empty()) return true;
  const auto found = sample.label(families.tenant_label);
  return found == tenant || is_the_only_tenant(found);
}

bool is_one_of(std::string_view name, const std::vector<std::string_view>& families) {
  return std::find(families.begin(), families.end(), name) != families.end();
}

// Name of the reason where the family says it by its own name: "out_of_order" of Prometheus.
std::string reason_of(const Sample& sample) {
  auto reason = sample.label("reason");
  if (!reason.empty()) return shown_text(reason, longest_reason);
  std::string name(sample.name);
  for (const auto* part : {"prometheus_tsdb_", "_samples_total"})
    if (const auto at = name.find(part); at != std::string::npos) name.erase(at, std::string_view(part).size());
  return name;
}

}  // namespace

Result<BackendCounters> parse_backend_counters(std::string_view body, Component backend,
                                               const BackendFamilies& families, const std::string& tenant) {
  BackendCounters found;
  auto& counters = found.readings.counters;
  const std::string subject(to_string(backend));
  bool known = false;
  for_each_sample(body, [&](const Sample& sample) {
    known = known || sample.name.starts_with(families.name_prefix);
    if (!std::isfinite(sample.value) || counters.size() >= most_series) return;
    if (sample.name == "process_start_time_seconds")
      found.readings.process_start = wall_from_unix_seconds(sample.value);
    if (is_one_of(sample.name, families.received)) {
      const auto* whose = is_ours(sample, families, tenant) ? "" : "other";
      counters.push_back({{CounterKind::backend_received, subject, families.signal, whose}, sample.value});
    } else if (is_one_of(sample.name, families.discarded) && is_ours(sample, families, tenant)) {
      counters.push_back({{CounterKind::backend_discarded, subject, families.signal, reason_of(sample)}, sample.value});
    }
  });
  if (!known)
    return Error(Phase::content, Reason::mismatch,
                 fmt::format("the answer has no family {}…: this is not {}'s /metrics", families.name_prefix,
                             display_name(backend)),
                 "let /metrics of this component through, or correct its url");
  // Series appear with their first event; of a backend that reports, absent means none.
  counters.push_back({{CounterKind::backend_received, subject, families.signal, ""}, 0});
  return found;
}

Probes backend_counters_probe(const StackPlan& stack, Component component, const ComponentPlan* asked,
                              BackendFamilies families) {
  Probes probes;
  if (!asked) return probes;
  auto plan =
      plan_for(stack, std::string(to_string(component)) + "_metrics", asked->endpoint.url.address(), component, *asked);
  plan.reads_counters = true;
  probes.push_back(std::make_unique<BackendCountersProbe>(std::move(plan), std::move(families)));
  return probes;
}

}  // namespace lgtmwatch
