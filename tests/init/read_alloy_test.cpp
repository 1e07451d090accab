// What init finds in the recorded answers of a real Alloy: receivers with their ports, exporters, scrapers.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "daemon/init/read_exporters.hpp"
#include "probes/alloy/alloy_components.hpp"
#include "tests/init/recorded_answers.hpp"

namespace lgtmwatch {
namespace {

FoundReceiver receiver(const FoundAlloy& alloy, const std::string& name) {
  const auto found = std::find_if(alloy.receivers.begin(), alloy.receivers.end(),
                                  [&](const FoundReceiver& each) { return each.name == name; });
  REQUIRE(found != alloy.receivers.end());
  return *found;
}

AlloyAnswers with(const std::string& id, const std::string& arguments) {
  AlloyAnswers answers;
  AlloyComponent component;
  component.id = id;
  const auto body = R"({"arguments":[)" + arguments + "]}";
  read_alloy_arguments(body, component);
  answers.components.components.push_back(component);
  answers.details[id] = read_alloy_details(body);
  return answers;
}

FoundAlloy read_at(const std::string& host, const AlloyAnswers& answers) {
  return read_alloy("gateway", Url::parse("http://" + host + ":12345").value(), answers);
}

}  // namespace

TEST_CASE("The three OTLP receivers of the recorded Alloy are found with their ports and protocols") {
  const auto alloy = alloy_at("127.0.0.1");
  CHECK(receiver(alloy, "mobile-grpc").kind == ReceiverKind::otlp_grpc);
  CHECK(receiver(alloy, "mobile-grpc").address == "127.0.0.1:4317");
  CHECK(receiver(alloy, "mobile-http").kind == ReceiverKind::otlp_http);
  CHECK(receiver(alloy, "mobile-http").address == "http://127.0.0.1:4318");
  CHECK(receiver(alloy, "backend").kind == ReceiverKind::otlp_http);
  CHECK(receiver(alloy, "backend").address == "http://127.0.0.1:4319");
  for (const auto& each : alloy.receivers) CHECK(each.why_not.empty());
}

TEST_CASE("The scrapers of the recorded Alloy are found") {
  const auto alloy = alloy_at("127.0.0.1");
  CHECK(receiver(alloy, "docker").address == "loki.source.docker.containers");
  CHECK(receiver(alloy, "files").kind == ReceiverKind::file);
  CHECK(receiver(alloy, "files").address == "/var/log/app/a.log");
  const auto scrape = receiver(alloy, "stack");
  CHECK(scrape.address == "prometheus.scrape.stack");
  REQUIRE(scrape.scraped.size() == 4);
  CHECK(scrape.scraped[1].job == "loki");
  CHECK(scrape.scraped[1].url == "http://127.0.0.1:3100/metrics");
  CHECK(alloy.receivers.size() == 6);
}

TEST_CASE("The exporters of the recorded Alloy are found with where they send to") {
  const auto alloy = alloy_at("127.0.0.1");
  std::map<std::string, std::string> to;
  for (const auto& each : alloy.exporters) to[each.component] = each.sends_to;
  CHECK(to ==
        std::map<std::string, std::string>{{"otelcol.exporter.otlp.tempo", "127.0.0.1:14317"},
                                           {"otelcol.exporter.otlphttp.loki", "http://127.0.0.1:3100/otlp"},
                                           {"loki.write.loki", "http://127.0.0.1:3100/loki/api/v1/push"},
                                           {"prometheus.remote_write.mimir", "http://127.0.0.1:9009/api/v1/push"}});
}

TEST_CASE("What a receiver leads to is what the recorded graph says") {
  const auto alloy = alloy_at("127.0.0.1");
  CHECK(receiver(alloy, "backend").leads_to == std::vector<std::string>{"otelcol.exporter.otlp.tempo",
                                                                        "otelcol.exporter.otlphttp.loki",
                                                                        "prometheus.remote_write.mimir"});
  CHECK(receiver(alloy, "docker").leads_to == std::vector<std::string>{"loki.write.loki"});
}

TEST_CASE("A receiver on the loopback of another host is left out with the reason") {
  const auto alloy = alloy_at("alloy");
  CHECK(receiver(alloy, "backend").why_not.find("127.0.0.1:4319 alone") != std::string::npos);
  CHECK(receiver(alloy, "docker").why_not.empty());
}

TEST_CASE("A receiver that listens everywhere is at the host of Alloy") {
  const auto otlp = R"({"name":"http","type":"block","body":[]},{"name":"grpc","type":"block","body":[]})";
  const auto alloy = read_at("alloy", with("otelcol.receiver.otlp.default", otlp));
  CHECK(receiver(alloy, "otlp-http").address == "http://alloy:4318");
  CHECK(receiver(alloy, "otlp-grpc").address == "alloy:4317");
}

TEST_CASE("Push receivers have a port of their own, or the one that Alloy takes without") {
  const auto port = R"({"name":"http","type":"block","body":[{"name":"listen_port","type":"attr",)"
                    R"("value":{"type":"number","value":3500}}]})";
  CHECK(receiver(read_at("alloy", with("loki.source.api.app", port)), "app").address == "http://alloy:3500");
  const auto usual = receiver(read_at("alloy", with("prometheus.receive_http.default", "")), "remote-write");
  CHECK(usual.kind == ReceiverKind::remote_write);
  CHECK(usual.address == "http://alloy:8080");
}

TEST_CASE("A receiver with TLS has an address with TLS") {
  const auto tls = R"({"name":"grpc","type":"block","body":[{"name":"tls","type":"block","body":[]}]})";
  CHECK(receiver(read_at("alloy", with("otelcol.receiver.otlp.a", tls)), "a").address == "https://alloy:4317");
}

TEST_CASE("An exporter tells the tenant that it writes as") {
  const auto endpoint = R"({"name":"endpoint","type":"block","body":[{"name":"url","type":"attr","value":)"
                        R"({"type":"string","value":"http://loki:3100/loki/api/v1/push"}},{"name":"tenant_id",)"
                        R"("type":"attr","value":{"type":"string","value":"team-a"}}]})";
  const std::vector<FoundAlloy> alloys{read_at("alloy", with("loki.write.a", endpoint))};
  const auto loki = backend_of_exporters(alloys, Component::loki);
  CHECK(loki.url == "http://loki:3100");
  CHECK(loki.tenant == "team-a");
}

TEST_CASE("A tenant that Alloy keeps secret is not taken for one") {
  const auto client =
      R"j({"name":"client","type":"block","body":[{"name":"headers","type":"attr","value":{"type":)j"
      R"j("object","value":[{"key":"X-Scope-OrgID","value":{"type":"capsule","value":"(secret)"}}]}}]})j";
  CHECK(with("otelcol.exporter.otlphttp.a", client).details["otelcol.exporter.otlphttp.a"].tenant.empty());
}

TEST_CASE("Receivers of several Alloys have names of their own") {
  std::vector<FoundAlloy> alloys{alloy_at("127.0.0.1"), alloy_at("127.0.0.1"), alloy_at("127.0.0.1")};
  make_names_unique(alloys);
  std::set<std::string> names;
  for (const auto& alloy : alloys)
    for (const auto& each : alloy.receivers) names.insert(each.name);
  CHECK(names.size() == 18);
}

}  // namespace lgtmwatch
