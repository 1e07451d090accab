#include <catch2/catch.hpp>
#include <set>

#include "daemon/config/diagnostics.hpp"
#include "tests/config/support.hpp"
#include "tests/support/source_dir.hpp"

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

const std::string certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const std::string key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";

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
  const FakeEnvironment outside{{}, {{"/etc/lgtmwatch/ca.pem", certificate}, {"/etc/lgtmwatch/token", "abc"}}};
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
  const FakeEnvironment outside{{}, {{"/ca", certificate}, {"/cert", certificate}, {"/key", key}}};
  const auto stack = stack_of(R"(
    loki:
      url: https://a:1
      tls: { ca_file: /ca, cert_file: /cert, key_file: /key, server_name: loki.example, insecure_skip_verify: true }
)",
                              outside);
  const auto& tls = stack.loki->endpoint.tls;
  CHECK(tls == TlsSettings{"/ca", "/cert", "/key", "loki.example", true, tls.fingerprint});
}

TEST_CASE("The fingerprint of TLS settings tells the contents of their files, and which file holds what") {
  const std::string other = "-----BEGIN CERTIFICATE-----\nZZZZ\n-----END CERTIFICATE-----\n";
  const auto fingerprint = [](const std::string& ca, const std::string& cert) {
    const FakeEnvironment outside{{}, {{"/ca", ca}, {"/cert", cert}, {"/key", key}}};
    return stack_of("    loki: { url: https://a:1, tls: { ca_file: /ca, cert_file: /cert, key_file: /key } }\n",
                    outside)
        .loki->endpoint.tls.fingerprint;
  };
  CHECK(fingerprint(certificate, certificate) == fingerprint(certificate, certificate));
  CHECK(std::set{fingerprint(certificate, certificate), fingerprint(other, certificate),
                 fingerprint(certificate, other), fingerprint(other, other)}
            .size() == 4);
  const auto without_files = stack_of("    loki: { url: https://a:1, tls: { server_name: b } }\n");
  CHECK(without_files.loki->endpoint.tls.fingerprint == 0);
}

TEST_CASE("A gRPC endpoint speaks TLS where it says so, or where TLS settings are given and it says nothing") {
  struct Row {
    std::string endpoint, settings, url;
  };
  for (const auto& row :
       {Row{"alloy:4317", "", "http://alloy:4317"}, Row{"http://alloy:4317", "", "http://alloy:4317"},
        Row{"https://alloy:4317", "", "https://alloy:4317"}, Row{"alloy:4317", ", tls: {}", "https://alloy:4317"},
        Row{"[::1]:443", ", tls: { server_name: a }", "https://[::1]"},
        Row{"http://alloy:4317", ", tls: {}", "http://alloy:4317"},
        Row{"unix:///run/otlp.sock", "", "unix:///run/otlp.sock"}}) {
    INFO(row.endpoint + row.settings);
    const auto stack = stack_of("    tempo: { url: http://t:1, otlp: { grpc: '" + row.endpoint + "' }" + row.settings +
                                " }\n    alloy: [ { name: g, url: http://a:1, receivers: [ { name: in, otlp: grpc, " +
                                "endpoint: '" + row.endpoint + "'" + row.settings + " } ] } ]\n");
    CHECK(stack.alloys[0].receivers[0].endpoint->url.text() == row.url);
    CHECK(stack.tempo->otlp_grpc->url.text() == row.url);
  }
}

TEST_CASE("Docker's socket is a socket or a proxy of it, spoken to by HTTP, or by TLS where TLS settings are given") {
  struct Row {
    std::string socket, settings, url;
  };
  for (const auto& row :
       {Row{"unix:///run/docker.sock", "", "unix:///run/docker.sock"},
        Row{"http://proxy:2375", "", "http://proxy:2375"}, Row{"https://proxy/docker", "", "https://proxy/docker"},
        Row{"tcp://proxy:2375", "", "http://proxy:2375"}, Row{"tcp://[::1]:2376", ", tls: {}", "https://[::1]:2376"},
        Row{"http://proxy:1", ", tls: {}", "http://proxy:1"}}) {
    INFO(row.socket + row.settings);
    const auto stack =
        stack_of("    loki: { url: http://l:1 }\n    docker: { socket: '" + row.socket + "'" + row.settings + " }\n");
    CHECK(stack.docker->endpoint.url.text() == row.url);
  }
}

TEST_CASE("What is set for Tempo holds for its own receivers too") {
  const auto stack = stack_of(R"(
    tenant: team-a
    tempo: { url: https://t:1, otlp: { grpc: t:4317, http: http://t:4318 }, auth: { bearer_token: abc }, tls: {},
             proxy_url: http://proxy:3128 }
)");
  for (const auto& endpoint : {stack.tempo->otlp_grpc, stack.tempo->otlp_http}) {
    CHECK(headers_of(*endpoint) == Lines{"Authorization: Bearer abc", "X-Scope-OrgID: team-a"});
    CHECK(endpoint->proxy->text() == "http://proxy:3128");
  }
}

TEST_CASE("A proxy and what authenticates to it reach the endpoint") {
  const FakeEnvironment outside{{}, {{"/run/password", "b\n"}}};
  const auto stack = stack_of(R"(
    loki: { url: http://a:1, proxy_url: http://proxy:3128 }
    tempo:
      url: http://a:1
      proxy_url: http://proxy:3128/
      proxy_auth: { basic: { username: a, password_file: /run/password } }
    mimir: { url: http://a:1, proxy_url: http://proxy:3128, proxy_auth: { bearer_token: abc } }
    grafana: { url: http://a:1 }
)",
                              outside);
  CHECK(stack.loki->endpoint.proxy->text() == "http://proxy:3128");
  CHECK(stack.loki->endpoint.proxy_authorization.empty());
  CHECK(stack.tempo->endpoint.proxy->text() == "http://proxy:3128");
  CHECK(stack.tempo->endpoint.proxy_authorization.reveal() == "Basic YTpi");
  CHECK(stack.mimir->endpoint.proxy_authorization.reveal() == "Bearer abc");
  CHECK(!stack.grafana->endpoint.proxy);
}

TEST_CASE("Settings that have no effect are answered with a warning at their place") {
  struct Row {
    std::string stack, path;
  };
  for (const auto& row : {Row{"loki: { url: http://a:1, tls: {} }", "stacks[0].loki.tls"},
                          Row{"tempo: { url: http://a:1, otlp: { grpc: http://a:2 }, tls: {} }", "stacks[0].tempo.tls"},
                          Row{"loki: { url: unix:///a, proxy_url: http://p:1 }", "stacks[0].loki.proxy_url"},
                          Row{"alloy: [ { name: g, url: http://a:1, receivers: [ { name: in, otlp: http, url: "
                              "http://a:1, tls: {} } ] } ]",
                              "stacks[0].alloy[0].receivers[0].tls"}}) {
    INFO(row.stack);
    const auto loaded = load("    " + row.stack + "\n");
    CHECK(loaded.plan);
    REQUIRE(loaded.diagnostics.size() == 1);
    CHECK(loaded.diagnostics[0].path == row.path);
    CHECK(loaded.diagnostics[0].message.find("has no effect") != std::string::npos);
  }
}

TEST_CASE("Credentials of an address are masked with and without a scheme, and nothing else is") {
  CHECK(mask_credentials("u: http://a:b@c:1, d") == "u: http://***@c:1, d");
  CHECK(mask_credentials("{ u: a:b@c:1, v: 'a@b', w: a:b } http://a@b") ==
        "{ u: ***@c:1, v: 'a@b', w: a:b } http://***@b");
  CHECK(mask_credentials("a:b@c@d https://a:b@c") == "***@d https://***@c");
  CHECK(mask_credentials("").empty());
  CHECK(mask_credentials("http://a:1/@") == "http://***@");
}

TEST_CASE("The effective configuration shows no secret") {
  const FakeEnvironment outside{{{"TOKEN", "geheim-3"}}, {{"/run/token", "geheim-4"}}};
  const auto loaded = load(R"(
    tenant: team-a
    loki: { url: http://a:1, auth: { basic: { username: reader, password: geheim-1 } } }
    tempo: { url: http://a:1, headers: { X-Key: geheim-2, X-Other_file: /run/token } }
    mimir: { url: http://a:1, auth: { bearer_token: "${TOKEN}" }, proxy_url: http://p:1,
             proxy_auth: { basic: { username: reader, password: geheim-6 } } }
    grafana: { url: http://a:1, proxy_url: http://p:1, proxy_auth: { bearer_token: geheim-7 } }
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
  const auto contract = read_source_file(std::filesystem::path(source_dir()) / "tests/config/good/contract.yaml");
  const FakeEnvironment outside{{},
                                {{"/etc/lgtmwatch/grafana.token", "x"},
                                 {"/etc/lgtmwatch/ntfy.url", "https://n/x"},
                                 {"/etc/lgtmwatch/hc.url", "https://h/x"}}};
  const std::string odd =
      R"(stacks: [ { name: 'a$${X}: "b"', tenant: 'null', loki: { url: 'http://[::1]:3100/p' }, stack_jobs: [] } ])";
  const std::string connected = R"(
stacks:
  - name: shop
    tempo: { url: http://t:1, otlp: { grpc: t:443, http: http://t:4318 }, tls: { server_name: a } }
    mimir: { url: http://a:1, proxy_url: http://p:1, proxy_auth: { basic: { username: a, password: b } } }
    grafana: { url: http://a:1, proxy_url: http://p:1, proxy_auth: { bearer_token: a }, dashboards: [folder:A$$ B] }
    alloy: [ { name: g, url: http://a:1, receivers: [ { name: in, otlp: grpc, endpoint: a:443, tls: {} } ] } ]
)";
  for (const auto& text : {contract, odd, connected}) {
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
