// Which routes canaries take. What they cost is stated in docs/canaries.md.
#include <algorithm>

#include "daemon/config/defaults.hpp"
#include "daemon/config/effective.hpp"
#include "daemon/config/finalize.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration behind_lost_after = 1h;  // for how long a canary that could not be asked for is kept
constexpr Duration confirm_after = 10s;
constexpr Duration between_looks = 5min;
constexpr const char* tenant_header = "X-Scope-OrgID";

// Measured on real components, see docs/canaries.md: Alloy's batch processor holds back for its timeout, remote write
// for five seconds.
Duration usual_delay(Signal signal, CanaryEntrance entrance, bool direct) {
  if (direct) return 20ms;
  if (entrance == CanaryEntrance::scrape) return 5s;
  return signal == Signal::metrics ? 2s : 500ms;
}

class Routes {
 public:
  Routes(const CanarySettings& canaries, const StackPlan& stack) : canaries_(canaries), stack_(stack) {}

  // Null where it is not wanted; valid until the next.
  CanaryRoutePlan* add(std::string_view name, Signal signal, CanaryEntrance entrance, const Endpoint& way_in,
                       std::string path) {
    const auto* backend = component_of(stack_, backend_of(signal));
    const auto* given = find(name);
    if (!backend || !wants(given, is_usual(name, entrance, signal), signal)) return nullptr;
    CanaryRoutePlan route(way_in, backend->endpoint);
    route.signal = signal;
    route.route = name;
    route.entrance = entrance;
    route.path = std::move(path);
    if (stack_.mimir) route.api_prefix = stack_.mimir->api_prefix;
    if (given) route.labels = given->labels;
    if (stack_.grafana) use_grafana(route);
    route.interval = canary_interval_of(canaries_, given);
    if (!needs_a_daemon(entrance)) route.forms = forms_of(signal, route.interval);
    route.timeout = backend->timeout;
    route.patience.first_read = usual_delay(signal, entrance, is_direct(name));
    route.patience.deadline = canary_deadline_of(canaries_, given);
    route.patience.lost_after = canary_lost_after_of(canaries_, given);
    route.patience.horizon = route.patience.lost_after + behind_lost_after;
    route.patience.confirm_after = confirm_after;
    route.looks = looks_of(route);
    if (!needs_a_daemon(entrance) && !is_reread(signal)) route.rereads = rereads_of(route);
    if (is_direct(name) && canaries_.tenant && !canaries_.tenant->value.empty()) use_tenant(route);
    return &routes_.emplace_back(std::move(route));
  }

  void add_file(const ReceiverPlan& receiver) {
    if (!stack_.loki) return;
    auto* route = add(receiver.name, Signal::logs, CanaryEntrance::file, stack_.loki->endpoint, "");
    if (!route) return;
    const auto& own = find(receiver.name)->path;
    route->file = own ? own->value : receiver.file;
    route->is_own_file = own.has_value();
  }

  void add_standard_output() {
    if (!stack_.loki) return;
    auto* route = add(stdout_route, Signal::logs, CanaryEntrance::standard_output, stack_.loki->endpoint, "");
    if (!route) return;
    route->container = value_or(find(stdout_route)->container, std::string());
    if (stack_.docker && !route->container.empty()) route->docker = stack_.docker->endpoint;
  }

  // A receiver of OTLP takes three signals; which of them anybody wants is not said where nothing names it.
  void add_otlp(const ReceiverPlan& receiver, Signal signal, CanaryEntrance entrance, std::string path) {
    auto* route = add(receiver.name, signal, entrance, *receiver.endpoint, std::move(path));
    if (route)
      route->is_named = receiver.names_signals || is_listed(receiver.name) || is_expected(receiver.name, signal);
  }

  std::vector<CanaryRoutePlan> take() { return std::move(routes_); }

 private:
  static bool is_direct(std::string_view name) { return name.starts_with("direct-"); }

  const CanaryRouteSettings* find(std::string_view name) const {
    const auto& routes = canaries_.routes;
    const auto found =
        std::find_if(routes.begin(), routes.end(), [&](const auto& route) { return route.name.value == name; });
    return found == routes.end() ? nullptr : &*found;
  }

  bool is_listed(std::string_view name) const {
    const auto* given = find(name);
    return given && !given->signals.empty();
  }

  bool is_expected(const std::string& receiver, Signal signal) const {
    const auto& all = stack_.expectations;
    return std::any_of(all.begin(), all.end(), [&](const Expectation& expectation) {
      return expectation.receiver == receiver && expectation.signal == signal;
    });
  }

  // Prometheus takes neither remote write nor OTLP unless a flag says so, and the routes of a daemon touch what is not
  // lgtmwatch's, so these have to be asked for.
  bool is_usual(std::string_view name, CanaryEntrance entrance, Signal signal) const {
    if (needs_a_daemon(entrance)) return false;
    return !is_direct(name) || signal != Signal::metrics || stack_.mimir->kind != MimirKind::prometheus;
  }

  static bool wants(const CanaryRouteSettings* given, bool is_usual, Signal signal) {
    if (!given) return is_usual;
    if (!value_or(given->enabled, true)) return false;
    return given->signals.empty() || std::any_of(given->signals.begin(), given->signals.end(),
                                                 [&](const auto& each) { return each.value == signal; });
  }

  // No form takes more than every third canary from the plain ones, by which the route is judged.
  std::vector<CanaryFormPlan> forms_of(Signal signal, Duration interval) const {
    std::vector<CanaryFormPlan> forms;
    const auto add_form = [&](CanaryForm form, const Setting<Duration>& given, Duration otherwise) {
      const auto every = value_or(given, otherwise);
      if (every > Duration::zero()) forms.push_back({form, std::max(every, 3 * interval)});
    };
    if (signal != Signal::traces) add_form(CanaryForm::fresh_label, canaries_.fresh_label, 1h);
    if (signal != Signal::metrics) add_form(CanaryForm::large, canaries_.large, 24h);
    if (signal == Signal::logs) add_form(CanaryForm::unordered, canaries_.unordered, 1h);
    return forms;
  }

  // Tempo's search is half a minute behind.
  std::vector<CanaryLookPlan> looks_of(const CanaryRoutePlan& route) const {
    std::vector<CanaryLookPlan> looks;
    const auto every = std::max(between_looks, route.interval);
    if (route.signal == Signal::traces) looks.push_back({"search", CanaryRead::search, 5s, 90s, 5s, every});
    const bool has_own_tenant = is_direct(route.route) && canaries_.tenant && !canaries_.tenant->value.empty();
    if (route.grafana && !has_own_tenant)
      looks.push_back({"grafana", CanaryRead::grafana, 0s, 2 * route.patience.deadline, 10s, every});
    return looks;
  }

  // One route of each signal is enough: age is a matter of the backend.
  bool is_reread(Signal signal) const {
    return std::any_of(routes_.begin(), routes_.end(),
                       [&](const CanaryRoutePlan& route) { return route.signal == signal && !route.rereads.empty(); });
  }

  std::vector<CanaryLookPlan> rereads_of(const CanaryRoutePlan& route) const {
    const auto read = route.signal == Signal::traces ? CanaryRead::id : CanaryRead::query;
    const auto patience = std::max<Duration>(1h, 2 * route.interval);
    std::vector<CanaryLookPlan> rereads;
    for (const auto age : reread_ages_of(canaries_))
      rereads.push_back({format_duration(age), read, age, age + patience, route.interval, 1h});
    return rereads;
  }

  void use_grafana(CanaryRoutePlan& route) const {
    const auto& uids = stack_.grafana->datasources;
    const auto uid = uids.find(backend_of(route.signal));
    route.grafana = stack_.grafana->endpoint;
    if (uid != uids.end()) route.datasource = uid->second;
  }

  void use_tenant(CanaryRoutePlan& route) const {
    route.own_tenant = canaries_.tenant->value;
    for (auto* endpoint : {&route.endpoint, &route.backend}) {
      std::erase_if(endpoint->headers, [](const Header& header) { return header.name == tenant_header; });
      endpoint->headers.push_back({tenant_header, Secret(canaries_.tenant->value)});
    }
  }

  const CanarySettings& canaries_;
  const StackPlan& stack_;
  std::vector<CanaryRoutePlan> routes_;
};

std::string otlp_path(Signal signal) { return "/v1/" + std::string(to_string(signal)); }

// The path of Alloy's component where the url is only its host and port.
std::string path_of(const ReceiverPlan& receiver, const char* usual) {
  return receiver.endpoint->url.path().empty() ? usual : "";
}

void add_receiver(Routes& routes, const ReceiverPlan& receiver) {
  if (receiver.kind == ReceiverKind::file) routes.add_file(receiver);
  if (!receiver.endpoint) return;
  for (const auto signal : receiver.signals) {
    switch (receiver.kind) {
      case ReceiverKind::otlp_http:
        routes.add_otlp(receiver, signal, CanaryEntrance::otlp_http, otlp_path(signal));
        break;
      case ReceiverKind::otlp_grpc: routes.add_otlp(receiver, signal, CanaryEntrance::otlp_grpc, ""); break;
      case ReceiverKind::loki_push:
        routes.add(receiver.name, signal, CanaryEntrance::loki_push, *receiver.endpoint,
                   path_of(receiver, "/loki/api/v1/push"));
        break;
      case ReceiverKind::remote_write:
        routes.add(receiver.name, signal, CanaryEntrance::remote_write, *receiver.endpoint,
                   path_of(receiver, "/api/v1/metrics/write"));
        break;
      case ReceiverKind::component:
      case ReceiverKind::file: break;
    }
  }
}

void add_direct(Routes& routes, const StackPlan& stack) {
  if (stack.loki) {
    const auto& loki = stack.loki->endpoint;
    routes.add(direct_push, Signal::logs, CanaryEntrance::loki_push, loki, "/loki/api/v1/push");
    routes.add(direct_otlp_http, Signal::logs, CanaryEntrance::otlp_http, loki, "/otlp/v1/logs");
  }
  if (stack.tempo && stack.tempo->otlp_http)
    routes.add(direct_otlp_http, Signal::traces, CanaryEntrance::otlp_http, *stack.tempo->otlp_http, "/v1/traces");
  if (stack.tempo && stack.tempo->otlp_grpc)
    routes.add(direct_otlp_grpc, Signal::traces, CanaryEntrance::otlp_grpc, *stack.tempo->otlp_grpc, "");
  if (!stack.mimir) return;
  const auto& mimir = stack.mimir->endpoint;
  const bool prometheus = stack.mimir->kind == MimirKind::prometheus;
  routes.add(direct_remote_write, Signal::metrics, CanaryEntrance::remote_write, mimir,
             prometheus ? "/api/v1/write" : "/api/v1/push");
  routes.add(direct_otlp_http, Signal::metrics, CanaryEntrance::otlp_http, mimir,
             stack.mimir->kind == MimirKind::mimir ? "/otlp/v1/metrics" : "/api/v1/otlp/v1/metrics");
}

void add_those_of_a_daemon(Routes& routes, const StackPlan& stack) {
  if (stack.mimir) routes.add(scrape_route, Signal::metrics, CanaryEntrance::scrape, stack.mimir->endpoint, "");
  routes.add_standard_output();
}

}  // namespace

std::vector<std::string> possible_routes(const StackPlan& stack) {
  std::vector<std::string> names;
  for (const auto& alloy : stack.alloys)
    for (const auto& receiver : alloy.receivers)
      if (receiver.endpoint) names.push_back(receiver.name);
  for (const auto name : {direct_push, direct_otlp_http, direct_otlp_grpc, direct_remote_write})
    names.emplace_back(name);
  for (const auto& route : stack.canaries)
    if (needs_a_daemon(route.entrance)) names.push_back(route.route);
  return names;
}

std::vector<CanaryRoutePlan> finalize_canaries(const CanarySettings& canaries, const StackPlan& stack) {
  Routes routes(canaries, stack);
  for (const auto& alloy : stack.alloys)
    for (const auto& receiver : alloy.receivers) add_receiver(routes, receiver);
  add_direct(routes, stack);
  add_those_of_a_daemon(routes, stack);
  return routes.take();
}

}  // namespace lgtmwatch
