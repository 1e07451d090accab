#include <catch2/catch.hpp>

#include "tests/config/support.hpp"
#include "tests/support/source_dir.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

LoadedConfig load(const std::string& text, const FakeEnvironment& outside = {}) {
  return load_config(text, "lgtmwatch.yaml", outside.get());
}

// The plan of a configuration without errors.
Plan plan_of(const std::string& text, const FakeEnvironment& outside = {}) {
  const auto loaded = load(text, outside);
  INFO(render_all(loaded, "lgtmwatch.yaml", text));
  REQUIRE(loaded.plan);
  return *loaded.plan;
}

StackPlan stack_of(const std::string& stack, const FakeEnvironment& outside = {}) {
  return plan_of("stacks:\n  - name: shop\n" + stack, outside).stacks.at(0);
}

const std::string backends = R"(
    loki: { url: http://loki:3100 }
    tempo: { url: http://tempo:3200 }
    mimir: { url: http://mimir:9009 }
    alloy:
      - name: gateway
        url: http://alloy:12345
        receivers:
          - { name: backend, otlp: http, url: http://alloy:4318 }
          - { name: docker, component: loki.source.docker.containers }
          - { name: files, file: "/var/log/a\"b.log" }
          - { name: push, loki_push: http://alloy:3500/push }
          - { name: write, remote_write: http://alloy:9009/write }
          - { name: grpc, otlp: grpc, endpoint: alloy:4317 }
)";

std::string yaml_of_contract() {
  return read_source_file(std::filesystem::path(source_dir()) / "tests/config/good/contract.yaml");
}

FakeEnvironment files_of_contract() {
  return {{},
          {{"/etc/lgtmwatch/grafana.token", "grafana-token\n"},
           {"/etc/lgtmwatch/ntfy.url", "https://ntfy.example/topic\n"},
           {"/etc/lgtmwatch/hc.url", "https://hc.example/uuid\n"}}};
}

TEST_CASE("The example of the contract loads without errors") {
  const auto plan = plan_of(yaml_of_contract(), files_of_contract());
  REQUIRE(plan.stacks.size() == 1);
  const auto& stack = plan.stacks[0];
  CHECK(stack.name == "scanium");
  CHECK(stack.loki->endpoint.url.text() == "http://scanium-loki:3100");
  CHECK(stack.loki->endpoint.headers.empty());
  CHECK(stack.tempo->endpoint.url.address() == "scanium-tempo:3200");
  CHECK(stack.tempo->otlp_grpc->url.text() == "http://scanium-tempo:4317");
  CHECK(!stack.tempo->otlp_http);
  CHECK(stack.grafana->endpoint.headers.at(0).value.reveal() == "Bearer grafana-token");
  CHECK(stack.grafana->datasources.size() == 3);
  CHECK(stack.grafana->dashboards == std::vector<std::string>{"backend-overview"});
  CHECK(stack.mimir->api_prefix == "/prometheus");
  CHECK(stack.mimir->interval == 15s);
  CHECK(stack.mimir->timeout == 5s);
  REQUIRE(stack.alloys.size() == 1);
  REQUIRE(stack.alloys[0].receivers.size() == 4);
  CHECK(stack.alloys[0].receivers[0].kind == ReceiverKind::otlp_grpc);
  CHECK(stack.alloys[0].receivers[0].endpoint->url.address() == "scanium-alloy:4317");
  CHECK(stack.alloys[0].receivers[3].component == "loki.source.docker.containers");
  CHECK(stack.stack_jobs == std::set<std::string>{"alloy", "loki", "mimir", "tempo", "grafana", "lgtmwatch"});
}

TEST_CASE("The sources of the contract's example become one expectation for each way of each signal") {
  const auto plan = plan_of(yaml_of_contract(), files_of_contract());
  struct Row {
    Signal signal;
    std::string path, receiver, selector;
    Duration max_age;
    Expect expect;
  };
  const std::vector<Row> rows{
      {Signal::metrics, "scanium-backend", "backend", "{job=\"scanium-backend\"}", 2min, Expect::always},
      {Signal::logs, "scanium-backend@backend", "backend",
       "{service_name=\"scanium-backend\",container=\"\",filename=\"\"}", 10min, Expect::always},
      {Signal::logs, "scanium-backend@docker", "docker", "{container=\"scanium-backend\"}", 10min, Expect::when_active},
      {Signal::traces, "scanium-backend", "backend", "{resource.service.name=\"scanium-backend\"}", 15min,
       Expect::when_active}};
  const auto& expectations = plan.stacks[0].expectations;
  REQUIRE(expectations.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO(i);
    CHECK(expectations[i].source == "scanium-backend");
    CHECK(expectations[i].signal == rows[i].signal);
    CHECK(expectations[i].path == rows[i].path);
    CHECK(expectations[i].receiver == rows[i].receiver);
    CHECK(expectations[i].selector == rows[i].selector);
    CHECK(expectations[i].max_age == rows[i].max_age);
    CHECK(expectations[i].expect == rows[i].expect);
  }
}

TEST_CASE("The example of the contract leaves no warning, and says where more stacks are looked for") {
  const auto loaded = load(yaml_of_contract(), files_of_contract());
  CHECK(loaded.diagnostics.empty());
  REQUIRE(loaded.discovery.files.size() == 1);
  CHECK(loaded.discovery.files[0].pattern == "stacks.d/*.json");
  CHECK(loaded.discovery.files[0].refresh_interval == 5min);
  REQUIRE(loaded.discovery.http.size() == 1);
  CHECK(loaded.discovery.http[0].page.text() == "http://sd.example/stacks");
  CHECK(loaded.discovery.http[0].refresh_interval == 60s);
  CHECK(loaded.discovery.http[0].timeout == 5s);
}

TEST_CASE("The way of alerts is planned with the stack's tenant, and its ruler is that of the stack's Mimir") {
  const auto stack = stack_of(R"(
    tenant: team-a
    mimir: { url: http://mimir:9009 }
    alerting: { rule_groups: [b, a], alertmanager: { url: http://mimir:9009/alertmanager }, watchdog: Dog })");
  REQUIRE(stack.alerting);
  CHECK(stack.alerting->asks_ruler);
  CHECK(stack.alerting->rule_groups == std::vector<std::string>{"b", "a"});
  CHECK(stack.alerting->watchdog == "Dog");
  REQUIRE(stack.alerting->alertmanager);
  CHECK(stack.alerting->alertmanager->endpoint.url.text() == "http://mimir:9009/alertmanager");
  REQUIRE(stack.alerting->alertmanager->endpoint.headers.size() == 1);
  CHECK(stack.alerting->alertmanager->endpoint.headers[0].value.reveal() == "team-a");

  const auto alone = stack_of(R"(
    loki: { url: http://loki:3100 }
    alerting: { alertmanager: { url: http://alertmanager:9093 } })");
  CHECK_FALSE(alone.alerting->asks_ruler);
  CHECK_FALSE(stack_of("    loki: { url: http://loki:3100 }").alerting);
}

TEST_CASE("A Grafana is planned with its datasources and dashboards, and is enough to watch") {
  const auto stack = stack_of(R"(
    tenant: team-a
    grafana: { url: http://grafana:3000/g, datasources: { loki: P1, mimir: P2 }, dashboards: [b, folder:Shop, a],
               timeout: 3s }
)");
  REQUIRE(stack.grafana);
  CHECK(stack.grafana->endpoint.url.text() == "http://grafana:3000/g");
  CHECK(stack.grafana->endpoint.headers.empty());
  CHECK(stack.grafana->timeout == 3s);
  CHECK(stack.grafana->datasources ==
        std::map<Component, std::string>{{Component::loki, "P1"}, {Component::mimir, "P2"}});
  CHECK(stack.grafana->dashboards == std::vector<std::string>{"b", "folder:Shop", "a"});
}

TEST_CASE("Dashboards are asked every minute or every fourth time, but where the configuration says how often") {
  const auto every = [](const std::string& interval, const std::string& grafana) {
    const auto loaded = load("defaults: { interval: " + interval +
                             " }\nstacks: [{ name: a, grafana: { url: http://g:1, dashboards: [b]" + grafana + " } }]");
    return std::pair(loaded.plan->stacks[0].grafana->dashboard_interval(),
                     loaded.plan->stacks[0].grafana->dashboard_timeout());
  };
  CHECK(every("5s", "") == std::pair<Duration, Duration>(60s, 20s));
  CHECK(every("30s", "") == std::pair<Duration, Duration>(120s, 20s));
  CHECK(every("5s", ", dashboard_interval: 10m") == std::pair<Duration, Duration>(600s, 20s));
  CHECK(every("5s", ", dashboard_interval: 5s, timeout: 2s") == std::pair<Duration, Duration>(5s, 5s));
}

TEST_CASE("The configuration that is installed loads without errors and without warnings") {
  const auto text = read_source_file(std::filesystem::path(source_dir()) / "config/lgtmwatch.yaml");
  const auto loaded = load(text);
  CHECK(render_all(loaded, "lgtmwatch.yaml", text).empty());
  CHECK(loaded.plan);
}

TEST_CASE("The kind of Mimir decides where its API and its readiness are") {
  struct Row {
    std::string kind, api_prefix, ready_path;
  };
  for (const auto& row : {Row{"mimir", "/prometheus", "/ready"}, Row{"cortex", "/prometheus", "/ready"},
                          Row{"prometheus", "", "/-/ready"}}) {
    INFO(row.kind);
    const auto stack = stack_of("    mimir: { url: http://mimir:9009/mount/, kind: " + row.kind + " }\n");
    CHECK(to_string(stack.mimir->kind) == row.kind);
    CHECK(stack.mimir->api_prefix == row.api_prefix);
    CHECK(stack.mimir->ready_path == row.ready_path);
    CHECK(stack.mimir->endpoint.url.path() == "/mount");
  }
}

TEST_CASE("Intervals and timeouts come from the component, else from the defaults, else are 15s and 5s") {
  const auto plan = plan_of(
      "defaults: { interval: 1m, timeout: 20s }\nstacks:\n- name: shop\n"
      "  loki: { url: http://a:1, timeout: 1m }\n  tempo: { url: http://b:1 }\n");
  CHECK(plan.stacks[0].loki->interval == 1min);
  CHECK(plan.stacks[0].loki->timeout == 1min);
  CHECK(plan.stacks[0].tempo->timeout == 20s);
  CHECK(stack_of("    loki: { url: http://a:1 }\n").loki->timeout == 5s);
}

TEST_CASE("An interval below the usual timeout shortens the timeout") {
  const auto plan = plan_of("defaults: { interval: 2s }\nstacks: [ { name: s, loki: { url: 'http://a:1' } } ]\n");
  CHECK(plan.stacks[0].loki->timeout == 2s);
}

TEST_CASE("A receiver that names no signals is expected to carry those that its kind can") {
  const auto receivers = stack_of(backends).alloys[0].receivers;
  const std::vector<Signal> all(all_signals.begin(), all_signals.end());
  CHECK(receivers[0].signals == all);
  CHECK(receivers[1].signals == std::vector{Signal::logs});
  CHECK(receivers[2].signals == std::vector{Signal::logs});
  CHECK(receivers[3].signals == std::vector{Signal::logs});
  CHECK(receivers[4].signals == std::vector{Signal::metrics});
  CHECK(receivers[5].signals == all);
}

TEST_CASE("The default selector of logs follows the kind of the receiver") {
  const auto stack = stack_of(backends + R"(
    sources:
      - name: cart
        container: cart-1
        logs:
          - { receiver: backend }
          - { receiver: docker }
          - { receiver: files }
          - { receiver: push }
      - { name: till, logs: {} }
      - { name: desk, logs: { receiver: docker } }
)");
  std::vector<std::string> selectors;
  for (const auto& each : stack.expectations) selectors.push_back(each.selector);
  CHECK(selectors == std::vector<std::string>{
                         R"({service_name="cart",container="",filename=""})", R"({container="cart-1"})",
                         R"({filename="/var/log/a\"b.log"})", R"({service_name="cart",container="",filename=""})",
                         R"({service_name="till",container="",filename=""})", R"({container="desk"})"});
}

TEST_CASE("Quotes and backslashes of a name are escaped in its selectors") {
  const auto stack = stack_of(backends + R"(
    sources: [ { name: 'a"b\c', metrics: {}, logs: {}, traces: {} } ]
)");
  CHECK(stack.expectations[0].selector == R"({job="a\"b\\c"})");
  CHECK(stack.expectations[1].selector == R"({service_name="a\"b\\c",container="",filename=""})");
  CHECK(stack.expectations[2].selector == R"({resource.service.name="a\"b\\c"})");
}

TEST_CASE("A selector that is written is taken as it is, and a way without a receiver names none") {
  const auto stack = stack_of(backends + "    sources: [ { name: a, logs: { selector: '{app=\"a\"}' } } ]\n");
  CHECK(stack.expectations[0].selector == R"({app="a"})");
  CHECK(stack.expectations[0].receiver.empty());
  CHECK(stack.expectations[0].path == "a");
}

TEST_CASE("What the stack requires can be switched off one by one") {
  const auto stack =
      stack_of("    loki: { url: http://a:1 }\n    require: { loki_labels: false }\n    stack_jobs: [a]\n");
  CHECK(stack.require.application_jobs);
  CHECK(!stack.require.loki_labels);
  CHECK(stack.require.tempo_services);
  CHECK(stack.stack_jobs == std::set<std::string>{"a"});
}

TEST_CASE("Aliases of YAML are followed") {
  const auto plan = plan_of("stacks:\n- name: a\n  loki: &loki { url: http://a:1 }\n- name: b\n  loki: *loki\n");
  CHECK(plan.stacks[1].loki->endpoint.url.text() == "http://a:1");
}

}  // namespace
}  // namespace lgtmwatch
