#include "probes/alerting/alertmanager_metrics.hpp"

#include <cmath>

#include "daemon/base/text.hpp"
#include "probes/answers.hpp"
#include "probes/backend_counters.hpp"
#include "probes/prometheus_text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t metrics_limit = 32 << 20;  // Mimir's hold those of all its parts
constexpr std::size_t longest_integration = 64;
constexpr std::size_t most_series = 1024;
constexpr std::string_view of_mimir = "cortex_";
constexpr std::string_view family = "alertmanager_notifications_";

HttpRequest metrics_request() {
  HttpRequest request("/metrics");
  request.body_limit = metrics_limit;
  return request;
}

// The same server without the prefix of the URL; nothing where it has none.
std::optional<Endpoint> at_the_root(const Endpoint& endpoint) {
  const auto& prefix = endpoint.url.path();
  if (prefix.empty() || endpoint.url.scheme() == Url::Scheme::unix_socket) return std::nullopt;
  const auto text = endpoint.url.text();
  const auto root = Url::parse(text.substr(0, text.size() - prefix.size()));
  if (!root) return std::nullopt;
  auto without = endpoint;
  without.url = *root;
  return without;
}

class AlertmanagerMetricsProbe final : public Probe {
 public:
  explicit AlertmanagerMetricsProbe(ProbePlan plan)
      : Probe(std::move(plan)), root_(at_the_root(this->plan().endpoint)), tenant_(tenant_of(this->plan().endpoint)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    auto response = co_await asker.ask(metrics_request());
    if (!response) co_return response.error();
    auto counters = judge(*response);
    if (!counters && root_) {
      auto elsewhere = co_await asker.ask_elsewhere(*root_, metrics_request());
      if (!elsewhere) co_return elsewhere.error();
      counters = judge(*elsewhere);
    }
    if (!counters) co_return counters.error();
    co_return *counters;
  }

 private:
  Result<BackendCounters> judge(const HttpResponse& response) const {
    if (response.status != 200) return status_error(response, plan().endpoint.url.address());
    return parse_alertmanager_counters(response.body, tenant_);
  }

  std::optional<Endpoint> root_;
  std::string tenant_;
};

}  // namespace

Result<BackendCounters> parse_alertmanager_counters(std::string_view body, const std::string& tenant) {
  BackendCounters found;
  auto& counters = found.readings.counters;
  bool known = false;
  for_each_sample(body, [&](const Sample& sample) {
    auto name = sample.name;
    const bool has_tenants = name.starts_with(of_mimir);
    if (has_tenants) name.remove_prefix(of_mimir.size());
    known = known || name.starts_with("alertmanager_");
    if (!std::isfinite(sample.value) || counters.size() >= most_series) return;
    if (sample.name == "process_start_time_seconds")
      found.readings.process_start = wall_from_unix_seconds(sample.value);
    if (!name.starts_with(family) || (has_tenants && !is_of_tenant(sample.label("user"), tenant))) return;
    name.remove_prefix(family.size());
    const auto integration = shown_text(sample.label("integration"), longest_integration);
    const auto add = [&](CounterKind kind, double value) {
      counters.push_back({{kind, "alertmanager", {}, integration}, value});
    };
    if (name == "total") add(CounterKind::notification_sent, sample.value);
    if (name == "total") add(CounterKind::notification_failed, 0);  // its series appear with the first event
    if (name == "failed_total") add(CounterKind::notification_failed, sample.value);
  });
  if (known) return found;
  return Error(Phase::content, Reason::mismatch,
               "the answer has no family alertmanager_…: this is not an Alertmanager's /metrics",
               "let /metrics of the Alertmanager through");
}

Probes make_alertmanager_metrics(const StackPlan& stack) {
  Probes probes;
  if (!stack.alerting || !stack.alerting->alertmanager) return probes;
  const auto& asked = *stack.alerting->alertmanager;
  auto plan = plan_for(stack, "alertmanager_metrics", asked.endpoint.url.address(), Component::alertmanager, asked);
  plan.reads_counters = true;
  probes.push_back(std::make_unique<AlertmanagerMetricsProbe>(std::move(plan)));
  return probes;
}

}  // namespace lgtmwatch
