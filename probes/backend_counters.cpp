#include "probes/backend_counters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/prometheus_text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t metrics_limit = 32 << 20;  // a large backend exports some MB
constexpr std::size_t most_series = 4096;
constexpr std::size_t longest_reason = 80;
constexpr std::size_t longest_name = 120;
constexpr std::size_t most_rings = 3;
constexpr std::size_t most_members = 16;

class BackendCountersProbe final : public Probe {
 public:
  BackendCountersProbe(ProbePlan plan, BackendFamilies families)
      : Probe(std::move(plan)), families_(std::move(families)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    HttpRequest request("/metrics");
    request.body_limit = metrics_limit;
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    auto counters = parse_backend_counters(response->body, plan().component, families_, tenant_of(plan().endpoint));
    if (!counters) co_return counters.error();
    for (const auto& gauge : counters->readings.gauges) {
      if (gauge.kind != GaugeKind::ring_unhealthy || gauge.value <= 0) continue;
      if (asker.exchanges() > most_rings) break;
      HttpRequest page(ring_page(plan().component, gauge.subject));
      page.headers.emplace_back("Accept", "application/json");
      auto shown = co_await asker.ask(std::move(page));
      if (!shown || shown->status != 200) continue;
      for (auto& member : parse_ring(shown->body)) {
        member.ring = gauge.subject;
        member.page = ring_page(plan().component, gauge.subject);
        counters->unhealthy.push_back(std::move(member));
      }
    }
    co_return *counters;
  }

 private:
  BackendFamilies families_;
};

// The names that they give to their only tenant where multi-tenancy is off.
bool is_the_only_tenant(std::string_view tenant) {
  return tenant == "fake" || tenant == "anonymous" || tenant == "single-tenant";
}

bool is_ours(const Sample& sample, const BackendFamilies& families, const std::string& tenant) {
  return families.tenant_label.empty() || is_of_tenant(sample.label(families.tenant_label), tenant);
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

void add_up(std::vector<Gauge>& gauges, GaugeKind kind, const std::string& subject, Signal signal, double value) {
  for (auto& gauge : gauges)
    if (gauge.kind == kind && gauge.subject == subject) {
      gauge.value += value;
      return;
    }
  if (gauges.size() < most_series) gauges.push_back({kind, subject, signal, value, std::nullopt});
}

// What it has stored and failed at, and its gauges.
class HealthParser {
 public:
  HealthParser(const BackendFamilies& families, const std::string& backend, CounterReadings& readings)
      : families_(families), backend_(backend), readings_(readings) {}

  void take(const Sample& sample) {
    if (!families_.ring.empty() && sample.name == families_.ring) return take_ring(sample);
    if (is_one_of(sample.name, families_.stored)) add(CounterKind::backend_stored, {}, sample.value);
    for (const auto& family : families_.failures)
      if (sample.name == family.name) add(CounterKind::backend_failure, std::string(family.what), sample.value);
    for (const auto& family : families_.gauges)
      if (sample.name == family.name) add_up(readings_.gauges, family.kind, backend_, families_.signal, sample.value);
  }

 private:
  void take_ring(const Sample& sample) {
    const auto ring = shown_text(sample.label("name"), longest_name);
    add_up(readings_.gauges, GaugeKind::ring_members, ring, families_.signal, sample.value);
    if (sample.label("state") == "Unhealthy")
      add_up(readings_.gauges, GaugeKind::ring_unhealthy, ring, families_.signal, sample.value);
  }
  void add(CounterKind kind, std::string detail, double value) {
    readings_.counters.push_back({{kind, backend_, families_.signal, std::move(detail)}, value});
  }

  const BackendFamilies& families_;
  const std::string& backend_;
  CounterReadings& readings_;
};

// What the ruler in it counts of the alerts that it sends.
class AlertCounters {
 public:
  AlertCounters(const BackendFamilies& families, const std::string& tenant, std::string subject)
      : families_(families), tenant_(tenant), subject_(std::move(subject)) {}

  void read(const Sample& sample, std::vector<CounterReading>& counters) {
    const auto prefix = families_.alerts_prefix;
    if (prefix.empty() || !sample.name.starts_with(prefix)) return;
    has_any_ = true;
    const auto name = sample.name.substr(prefix.size());
    if (!is_ours(sample, families_, tenant_)) return;
    if (name == "sent_total") counters.push_back({{CounterKind::alert_sent, subject_, {}, {}}, sample.value});
    if (name == "dropped_total") counters.push_back({{CounterKind::alert_dropped, subject_, {}, {}}, sample.value});
  }
  // Their series appear with the first event.
  void add_zeros(std::vector<CounterReading>& counters) const {
    if (!has_any_) return;
    for (const auto kind : {CounterKind::alert_sent, CounterKind::alert_dropped})
      counters.push_back({{kind, subject_, {}, {}}, 0});
  }

 private:
  const BackendFamilies& families_;
  const std::string& tenant_;
  std::string subject_;
  bool has_any_ = false;
};

}  // namespace

std::string ring_page(Component backend, const std::string& ring) {
  if (backend == Component::loki && ring == "ingester") return "/ring";
  if (backend == Component::loki && ring == "index-gateway") return "/indexgateway/ring";
  if (ring == "alertmanager") return "/multitenant_alertmanager/ring";
  return fmt::format("/{}/ring", percent_encode(ring));
}

std::vector<RingMember> parse_ring(std::string_view body) {
  std::vector<RingMember> members;
  const auto document = parse_json(body);
  if (!document) return members;
  const auto shards = JsonPath(*document).member("shards");
  const auto size = shards ? shards->array_size() : Result<std::size_t>(0);
  const auto text_of = [](const JsonPath& shard, std::string_view key) {
    const auto member = shard.member(key);
    const auto text = member ? member->string() : Result<std::string>(std::string());
    return text ? shown_text(*text, longest_name) : std::string();
  };
  for (std::size_t i = 0; i < (size ? *size : 0) && members.size() < most_members; ++i) {
    const auto shard = *shards->element(i);
    if (text_of(shard, "state") != "UNHEALTHY") continue;
    const auto heard = parse_rfc3339(text_of(shard, "timestamp"));
    RingMember member;
    member.id = text_of(shard, "id");
    member.address = text_of(shard, "address");
    if (heard) member.heard = *heard;
    members.push_back(std::move(member));
  }
  return members;
}

std::string tenant_of(const Endpoint& endpoint) {
  for (const auto& header : endpoint.headers)
    if (header.name == "X-Scope-OrgID") return header.value.reveal();
  return {};
}

bool is_of_tenant(std::string_view found, const std::string& ours) {
  return ours.empty() || found == ours || is_the_only_tenant(found);
}

Result<BackendCounters> parse_backend_counters(std::string_view body, Component backend,
                                               const BackendFamilies& families, const std::string& tenant) {
  BackendCounters found;
  auto& counters = found.readings.counters;
  const std::string subject(to_string(backend));
  bool known = false;
  bool counts_received = false;
  HealthParser health(families, subject, found.readings);
  AlertCounters alerts(families, tenant, subject);
  for_each_sample(body, [&](const Sample& sample) {
    known = known || sample.name.starts_with(families.name_prefix);
    if (!std::isfinite(sample.value) || counters.size() >= most_series) return;
    if (sample.name == "process_start_time_seconds")
      found.readings.process_start = wall_from_unix_seconds(sample.value);
    health.take(sample);
    if (is_one_of(sample.name, families.received)) {
      counts_received = true;
      const auto* whose = is_ours(sample, families, tenant) ? "" : "other";
      counters.push_back({{CounterKind::backend_received, subject, families.signal, whose}, sample.value});
    } else if (is_one_of(sample.name, families.discarded) && is_ours(sample, families, tenant)) {
      counters.push_back({{CounterKind::backend_discarded, subject, families.signal, reason_of(sample)}, sample.value});
    }
    alerts.read(sample, counters);
  });
  if (!known)
    return Error(Phase::content, Reason::mismatch,
                 fmt::format("the answer has no family {}…: this is not {}'s /metrics", families.name_prefix,
                             display_name(backend)),
                 "let /metrics of this component through, or correct its url");
  // Series appear with their first event; of a backend that reports, absent means none.
  counters.push_back({{CounterKind::backend_received, subject, families.signal, ""}, 0});
  for (const auto& family : families.received)
    if (!counts_received) found.readings.absent.emplace_back(family);
  alerts.add_zeros(counters);
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
