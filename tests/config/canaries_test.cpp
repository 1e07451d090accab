// Which routes follow from a configuration.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/config/support.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

StackPlan stack_of(const std::string& canaries, const std::string& mimir_kind = "mimir") {
  const auto text = R"(
stacks:
  - name: shop
    tenant: team-a
    loki: { url: http://loki:3100 }
    tempo: { url: http://tempo:3200, otlp: { grpc: tempo:4317, http: http://tempo:4318 } }
    mimir: { url: http://mimir:9009, kind: )" +
                    mimir_kind + R"( }
    alloy:
      - name: gateway
        url: http://alloy:12345
        receivers:
          - { name: backend, otlp: http, url: http://alloy:4318, signals: [logs, traces] }
          - { name: mobile, otlp: grpc, endpoint: alloy:4317, signals: [metrics] }
          - { name: push, loki_push: http://alloy:3500/loki/api/v1/push }
          - { name: write, remote_write: http://alloy:9009/api/v1/metrics/write }
          - { name: docker, component: loki.source.docker.containers }
          - { name: app-files, file: /var/log/app/*.log }
          - { name: one-file, file: /var/log/one.log }
)" + canaries;
  const auto loaded = load_config(text, "lgtmwatch.yaml", FakeEnvironment().get());
  INFO(render_all(loaded, "lgtmwatch.yaml", text));
  REQUIRE(loaded.plan);
  return loaded.plan->stacks.at(0);
}

std::set<std::string> routes_of(const StackPlan& stack) {
  std::set<std::string> names;
  for (const auto& route : stack.canaries) names.insert(route.route + "/" + std::string(to_string(route.signal)));
  return names;
}

const CanaryRoutePlan& route_of(const StackPlan& stack, const std::string& name) {
  for (const auto& route : stack.canaries)
    if (route.route == name) return route;
  FAIL("no route " + name);
  return stack.canaries.front();
}

const std::string* header_of(const Endpoint& endpoint, const std::string& name) {
  for (const auto& header : endpoint.headers)
    if (header.name == name) return &header.value.reveal();
  return nullptr;
}

TEST_CASE("A route is named where the receiver, the route or a source names its signal") {
  const auto named_of = [](const std::string& receiver, const std::string& more) {
    const auto loaded = load_config(R"(
stacks:
  - name: shop
    loki: { url: http://loki:3100 }
    tempo: { url: http://tempo:3200 }
    alloy: [{ name: gateway, url: http://alloy:12345, receivers: [)" +
                                        receiver + "] }]\n" + more,
                                    "lgtmwatch.yaml", FakeEnvironment().get());
    REQUIRE(loaded.plan);
    std::set<std::string> named;
    for (const auto& route : loaded.plan->stacks.at(0).canaries)
      if (route.route == "app" && route.is_named) named.insert(std::string(to_string(route.signal)));
    return named;
  };
  using Names = std::set<std::string>;
  const std::string app = "{ name: app, otlp: grpc, endpoint: alloy:4317 }";
  CHECK(named_of(app, "    canaries: {}\n").empty());
  CHECK(named_of("{ name: app, otlp: grpc, endpoint: alloy:4317, signals: [logs, traces] }", "    canaries: {}\n") ==
        Names{"logs", "traces"});
  CHECK(named_of(app, "    canaries: { routes: { app: { signals: [logs] } } }\n") == Names{"logs"});
  CHECK(named_of(app, "    canaries: {}\n    sources: [{ name: shop, traces: { receiver: app, max_age: 5m } }]\n") ==
        Names{"traces"});
}

TEST_CASE("Without a block 'canaries' nothing is written, nor where it is switched off") {
  CHECK(stack_of("").canaries.empty());
  CHECK(stack_of("    canaries: { enabled: false }\n").canaries.empty());
}

TEST_CASE("An empty block writes through every receiver with an address and past Alloy") {
  CHECK(routes_of(stack_of("    canaries: {}\n")) ==
        std::set<std::string>{"backend/logs", "backend/traces", "mobile/metrics", "push/logs", "write/metrics",
                              "direct-push/logs", "direct-otlp-http/logs", "direct-otlp-http/traces",
                              "direct-otlp-grpc/traces", "direct-remote-write/metrics", "direct-otlp-http/metrics"});
}

TEST_CASE("Prometheus takes no writes unless a flag says so, so its direct routes have to be asked for") {
  const auto direct = [](const StackPlan& stack) {
    auto routes = routes_of(stack);
    return routes.contains("direct-remote-write/metrics") || routes.contains("direct-otlp-http/metrics");
  };
  CHECK_FALSE(direct(stack_of("    canaries: {}\n", "prometheus")));
  const auto asked = stack_of("    canaries: { routes: { direct-remote-write: {} } }\n", "prometheus");
  CHECK(route_of(asked, "direct-remote-write").path == "/api/v1/write");
}

TEST_CASE("A route can be switched off, carry less, and have times of its own") {
  const auto stack = stack_of(R"(    canaries:
      interval: 2m
      routes: { push: { enabled: false }, backend: { signals: [traces], interval: 5m, deadline: 10s, lost_after: 1m } }
)");
  const auto routes = routes_of(stack);
  CHECK_FALSE(routes.contains("push/logs"));
  CHECK_FALSE(routes.contains("backend/logs"));
  CHECK(route_of(stack, "backend").interval == 5min);
  CHECK(route_of(stack, "backend").patience.deadline == 10s);
  CHECK(route_of(stack, "backend").patience.lost_after == 1min);
  CHECK(route_of(stack, "mobile").interval == 2min);
  CHECK(route_of(stack, "mobile").patience.deadline == 30s);
}

TEST_CASE("A scrape is a route only where it is listed, and waits for one that comes every minute") {
  CHECK_FALSE(routes_of(stack_of("    canaries: {}\n")).contains("scrape/metrics"));
  CHECK_FALSE(
      routes_of(stack_of("    canaries: { routes: { scrape: { enabled: false } } }\n")).contains("scrape/metrics"));
  const auto stack = stack_of("    canaries: { interval: 15s, deadline: 10s, routes: { scrape: {} } }\n", "prometheus");
  const auto& scrape = route_of(stack, "scrape");
  CHECK(scrape.signal == Signal::metrics);
  CHECK(scrape.entrance == CanaryEntrance::scrape);
  CHECK(scrape.backend.url.text() == "http://mimir:9009");
  CHECK(scrape.interval == 2min);
  CHECK(scrape.patience.deadline == 90s);
  const auto own = stack_of("    canaries: { routes: { scrape: { interval: 30s, deadline: 20s } } }\n");
  CHECK(route_of(own, "scrape").interval == 30s);
  CHECK(route_of(own, "scrape").patience.deadline == 20s);
}

TEST_CASE("A file that is tailed is a route only where it is listed, and only a file of lgtmwatch's own is its own") {
  CHECK_FALSE(routes_of(stack_of("    canaries: {}\n")).contains("one-file/logs"));
  const auto stack =
      stack_of("    canaries: { routes: { one-file: {}, app-files: { path: /var/log/app/lgtmwatch.log } } }\n");
  const auto& one = route_of(stack, "one-file");
  CHECK(one.entrance == CanaryEntrance::file);
  CHECK(one.file == "/var/log/one.log");
  CHECK_FALSE(one.is_own_file);
  CHECK(one.backend.url.text() == "http://loki:3100");
  CHECK(route_of(stack, "app-files").file == "/var/log/app/lgtmwatch.log");
  CHECK(route_of(stack, "app-files").is_own_file);
}

TEST_CASE("Standard output is a route only where it is listed, and Docker is asked of a container that is named") {
  CHECK_FALSE(routes_of(stack_of("    canaries: {}\n")).contains("stdout/logs"));
  const std::string docker = "    docker: { socket: unix:///var/run/docker.sock }\n";
  const auto named = stack_of(docker + "    canaries: { routes: { stdout: { container: watcher } } }\n");
  CHECK(route_of(named, "stdout").container == "watcher");
  CHECK(route_of(named, "stdout").docker.value().url.text() == "unix:///var/run/docker.sock");
  CHECK_FALSE(route_of(stack_of(docker + "    canaries: { routes: { stdout: {} } }\n"), "stdout").docker);
  CHECK_FALSE(route_of(stack_of("    canaries: { routes: { stdout: { container: watcher } } }\n"), "stdout").docker);
}

TEST_CASE("Direct routes use the tenant of canaries for writing and reading, the others that of the backend") {
  const auto stack = stack_of("    canaries: { tenant: canary }\n");
  const auto& direct = route_of(stack, "direct-push");
  CHECK(*header_of(direct.endpoint, "X-Scope-OrgID") == "canary");
  CHECK(*header_of(direct.backend, "X-Scope-OrgID") == "canary");
  const auto& through_alloy = route_of(stack, "backend");
  CHECK(header_of(through_alloy.endpoint, "X-Scope-OrgID") == nullptr);
  CHECK(*header_of(through_alloy.backend, "X-Scope-OrgID") == "team-a");
}

std::map<CanaryForm, Duration> forms_of(const CanaryRoutePlan& route) {
  std::map<CanaryForm, Duration> forms;
  for (const auto& each : route.forms) forms[each.form] = each.every;
  return forms;
}

TEST_CASE("Logs and metrics now and then go in with a fresh label, logs and traces large, logs unordered") {
  using Forms = std::map<CanaryForm, Duration>;
  const auto stack = stack_of("    canaries: {}\n");
  CHECK(forms_of(route_of(stack, "push")) ==
        Forms{{CanaryForm::fresh_label, 1h}, {CanaryForm::large, 24h}, {CanaryForm::unordered, 1h}});
  CHECK(forms_of(route_of(stack, "mobile")) == Forms{{CanaryForm::fresh_label, 1h}});
  CHECK(forms_of(route_of(stack, "direct-otlp-grpc")) == Forms{{CanaryForm::large, 24h}});
}

TEST_CASE("A form can be switched off, and leaves two of three canaries to the plain ones") {
  const auto stack = stack_of("    canaries: { interval: 1h, fresh_label: 1h, large: 0s, unordered: 48h }\n");
  using Forms = std::map<CanaryForm, Duration>;
  CHECK(forms_of(route_of(stack, "push")) == Forms{{CanaryForm::fresh_label, 3h}, {CanaryForm::unordered, 48h}});
}

std::vector<std::string> names_of(const std::vector<CanaryLookPlan>& looks) {
  std::vector<std::string> names;
  for (const auto& look : looks) names.push_back(look.name);
  return names;
}

TEST_CASE("Traces are looked for by search, and where there is a Grafana everything is looked for through it") {
  using Names = std::vector<std::string>;
  const auto stack = stack_of("    canaries: {}\n");
  CHECK(names_of(route_of(stack, "direct-otlp-grpc").looks) == Names{"search"});
  CHECK(route_of(stack, "push").looks.empty());
  const auto with_grafana =
      stack_of("    grafana: { url: http://grafana:3000, datasources: { tempo: t1 } }\n    canaries: {}\n");
  CHECK(names_of(route_of(with_grafana, "direct-otlp-grpc").looks) == Names{"search", "grafana"});
  CHECK(route_of(with_grafana, "direct-otlp-grpc").datasource == "t1");
  CHECK(names_of(route_of(with_grafana, "push").looks) == Names{"grafana"});
  CHECK(route_of(with_grafana, "push").datasource.empty());
}

TEST_CASE("What is written as a tenant of canaries is not looked for through Grafana, which reads as another") {
  const auto stack = stack_of("    grafana: { url: http://grafana:3000 }\n    canaries: { tenant: canary }\n");
  CHECK(route_of(stack, "direct-push").looks.empty());
  CHECK(names_of(route_of(stack, "push").looks) == std::vector<std::string>{"grafana"});
}

TEST_CASE("One route of each signal is read again when it is old, at the ages that are configured") {
  const auto ages_of = [](const StackPlan& stack) {
    std::map<std::string, std::vector<std::string>> ages;
    for (const auto& route : stack.canaries)
      if (!route.rereads.empty())
        ages[route.route + "/" + std::string(to_string(route.signal))] = names_of(route.rereads);
    return ages;
  };
  const std::vector<std::string> usual{"1h", "13h", "25h", "168h"};
  CHECK(ages_of(stack_of("    canaries: {}\n")) ==
        std::map<std::string, std::vector<std::string>>{
            {"backend/logs", usual}, {"backend/traces", usual}, {"mobile/metrics", usual}});
  CHECK(ages_of(stack_of("    canaries: { reread: [] }\n")).empty());
  CHECK(ages_of(stack_of("    canaries: { reread: [25h, 2h, 2h] }\n")).at("backend/logs") ==
        std::vector<std::string>{"2h", "25h"});
}

TEST_CASE("The effective configuration has the same canaries when it is loaded again") {
  const auto text = R"(
stacks:
  - name: shop
    loki: { url: http://loki:3100 }
    mimir: { url: http://mimir:9009 }
    alloy: [ { name: gateway, url: http://alloy:12345, receivers: [ { name: files, file: /var/log/*.log } ] } ]
    canaries:
      tenant: canary
      interval: 90s
      large: 0s
      fresh_label: 2h
      reread: [2h, 48h]
      routes: { direct-push: { enabled: false }, direct-otlp-http: { labels: { environment: canary } }, scrape: {}, files: { path: /var/log/own.log }, stdout: { container: w } }
)";
  const auto first = load_config(text, "lgtmwatch.yaml", FakeEnvironment().get());
  REQUIRE(first.plan);
  const auto again = load_config(first.effective, "effective.yaml", FakeEnvironment().get());
  INFO(first.effective);
  REQUIRE(again.plan);
  const auto& stack = again.plan->stacks.at(0);
  CHECK(routes_of(stack) == routes_of(first.plan->stacks.at(0)));
  CHECK(route_of(stack, "direct-otlp-http").interval == 90s);
  CHECK(route_of(stack, "files").is_own_file);
  CHECK(route_of(stack, "direct-otlp-http").labels == std::map<std::string, std::string>{{"environment", "canary"}});
  CHECK(forms_of(route_of(stack, "direct-otlp-http")) ==
        std::map<CanaryForm, Duration>{{CanaryForm::fresh_label, 2h}, {CanaryForm::unordered, 1h}});
  CHECK(names_of(route_of(stack, "direct-otlp-http").rereads) == std::vector<std::string>{"2h", "48h"});
  CHECK(route_of(stack, "stdout").container == "w");
  CHECK(*header_of(route_of(stack, "direct-otlp-http").endpoint, "X-Scope-OrgID") == "canary");
}

}  // namespace
}  // namespace lgtmwatch
