#include <catch2/catch.hpp>

#include "tests/config/support.hpp"

namespace lgtmwatch {
namespace {

LoadedConfig load(const std::string& stack, const FakeEnvironment& outside = {},
                  const std::string& file = "/etc/lgtmwatch/lgtmwatch.yaml") {
  return load_config("stacks:\n  - name: shop\n" + stack, file, outside.get());
}

StackPlan stack_of(const std::string& stack, const FakeEnvironment& outside = {}) {
  const auto loaded = load(stack, outside);
  INFO(render_all(loaded, "lgtmwatch.yaml", stack));
  REQUIRE(loaded.plan);
  return loaded.plan->stacks.at(0);
}

// "Name: value" of each header.
std::vector<std::string> headers_of(const Endpoint& endpoint) {
  std::vector<std::string> lines;
  for (const auto& header : endpoint.headers) lines.push_back(header.name + ": " + header.value.reveal());
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("A user and a password become the header Authorization") {
  for (const auto& [password, encoded] : {std::pair{"c", "YTpj"}, std::pair{"cc", "YTpjYw=="},
                                          std::pair{"ccc", "YTpjY2M="}, std::pair{"ö", "YTrDtg=="}}) {
    const auto stack = stack_of(std::string("    loki: { url: http://a:1, auth: { basic: { username: a, password: ") +
                                password + " } } }\n");
    CHECK(headers_of(stack.loki->endpoint) == Lines{std::string("Authorization: Basic ") + encoded});
  }
}

TEST_CASE("A bearer token becomes the header Authorization") {
  const auto stack = stack_of("    loki: { url: http://a:1, auth: { bearer_token: abc } }\n");
  CHECK(headers_of(stack.loki->endpoint) == Lines{"Authorization: Bearer abc"});
}

TEST_CASE("Every secret may stand in a file, whose last line feed does not count") {
  const FakeEnvironment outside{{}, {{"/run/token", "abc\n"}, {"/run/password", "pw"}, {"/run/key", "k y\r\n"}}};
  const auto stack = stack_of(R"(
    loki: { url: http://a:1, auth: { bearer_token_file: /run/token } }
    tempo: { url: http://a:1, auth: { basic: { username: a, password_file: /run/password } } }
    mimir: { url: http://a:1, headers: { X-Key_file: /run/key, X-Plain: p } }
)",
                              outside);
  CHECK(headers_of(stack.loki->endpoint) == Lines{"Authorization: Bearer abc"});
  CHECK(headers_of(stack.tempo->endpoint) == Lines{"Authorization: Basic YTpwdw=="});
  CHECK(headers_of(stack.mimir->endpoint) == Lines{"X-Key: k y", "X-Plain: p"});
}

TEST_CASE("A relative file is looked for beside the configuration") {
  const FakeEnvironment outside{{}, {{"/etc/lgtmwatch/ca.pem", "pem"}, {"/etc/lgtmwatch/token", "abc"}}};
  const auto stack = stack_of(
      "    loki: { url: https://a:1, tls: { ca_file: ca.pem }, auth: { bearer_token_file: token } }\n", outside);
  CHECK(stack.loki->endpoint.tls.ca_file == "/etc/lgtmwatch/ca.pem");
}

TEST_CASE("The tenant of a component goes before that of its stack, and an empty one sends none") {
  const auto stack = stack_of(R"(
    tenant: team-a
    loki: { url: http://a:1 }
    tempo: { url: http://a:1, tenant: team-b }
    mimir: { url: http://a:1, tenant: "" }
    alloy: [ { name: gateway, url: http://a:1, receivers: [ { name: in, otlp: http, url: http://a:1 } ] } ]
)");
  CHECK(headers_of(stack.loki->endpoint) == Lines{"X-Scope-OrgID: team-a"});
  CHECK(headers_of(stack.tempo->endpoint) == Lines{"X-Scope-OrgID: team-b"});
  CHECK(stack.mimir->endpoint.headers.empty());
  CHECK(stack.alloys[0].endpoint.headers.empty());
  CHECK(stack.alloys[0].receivers[0].endpoint->headers.empty());
}

TEST_CASE("TLS settings reach the endpoint") {
  const FakeEnvironment outside{{}, {{"/ca", "x"}, {"/cert", "x"}, {"/key", "x"}}};
  const auto stack = stack_of(R"(
    loki:
      url: https://a:1
      tls: { ca_file: /ca, cert_file: /cert, key_file: /key, server_name: loki.example, insecure_skip_verify: true }
)",
                              outside);
  CHECK(stack.loki->endpoint.tls == TlsSettings{"/ca", "/cert", "/key", "loki.example", true});
}

TEST_CASE("TLS settings of an address without https are answered with a warning") {
  const auto loaded = load("    loki: { url: http://a:1, tls: { insecure_skip_verify: true } }\n");
  CHECK(loaded.plan);
  REQUIRE(loaded.diagnostics.size() == 1);
  CHECK(loaded.diagnostics[0].path == "stacks[0].loki.url");
}

TEST_CASE("The effective configuration shows no secret") {
  const FakeEnvironment outside{{{"TOKEN", "geheim-3"}}, {{"/run/token", "geheim-4"}}};
  const auto loaded = load(R"(
    tenant: team-a
    loki: { url: http://a:1, auth: { basic: { username: reader, password: geheim-1 } } }
    tempo: { url: http://a:1, headers: { X-Key: geheim-2, X-Other_file: /run/token } }
    mimir: { url: http://a:1, auth: { bearer_token: "${TOKEN}" } }
    alloy:
      - name: g
        url: http://a:1
        receivers: [ { name: in, otlp: http, url: http://a:1, headers: { K: geheim-5 } } ]
)",
                           outside);
  REQUIRE(loaded.plan);
  CHECK(loaded.effective.find("geheim") == std::string::npos);
  CHECK(loaded.effective.find("cmVhZGVy") == std::string::npos);
  CHECK(loaded.effective.find("Authorization: \"***\"") != std::string::npos);
  CHECK(loaded.effective.find("X-Other: \"***\"") != std::string::npos);
  CHECK(loaded.effective.find("tenant: team-a") != std::string::npos);
}

TEST_CASE("The effective configuration is a configuration with the same effect") {
  const auto contract =
      read_source_file(std::filesystem::path(LGTMWATCH_SOURCE_DIR) / "tests/config/good/contract.yaml");
  const FakeEnvironment outside{
      {}, {{"/etc/lgtmwatch/grafana.token", "x"}, {"/etc/lgtmwatch/ntfy.url", "x"}, {"/etc/lgtmwatch/hc.url", "x"}}};
  const auto odd =
      R"(stacks: [ { name: 'a$${X}: "b"', tenant: 'null', loki: { url: 'http://[::1]:3100/p' }, stack_jobs: [] } ])";
  for (const auto& text : {contract, std::string(odd)}) {
    const auto first = load_config(text, "lgtmwatch.yaml", outside.get());
    REQUIRE(first.plan);
    const auto second = load_config(first.effective, "effective.yaml", outside.get());
    INFO(render_all(second, "effective.yaml", first.effective));
    REQUIRE(second.plan);
    CHECK(second.effective == first.effective);
    CHECK(second.plan->stacks[0].name == first.plan->stacks[0].name);
    CHECK(second.plan->stacks[0].expectations.size() == first.plan->stacks[0].expectations.size());
  }
}

}  // namespace
}  // namespace lgtmwatch
