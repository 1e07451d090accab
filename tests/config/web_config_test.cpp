#include "daemon/config/web_config.hpp"

#include <catch2/catch.hpp>

#include "tests/config/support.hpp"

namespace {

using namespace lgtmwatch;

const std::string hash = "$2y$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.";

FakeEnvironment environment() {
  return {{{"CREDENTIALS", "/run/credentials"}},
          {{"/etc/web/tls/server.pem", "-----BEGIN CERTIFICATE-----\nof the server\n-----END CERTIFICATE-----\n"},
           {"/run/credentials/key", "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n"},
           {"/etc/web/ca.pem", "-----BEGIN CERTIFICATE-----\nof the clients\n-----END CERTIFICATE-----\n"}}};
}

LoadedWebConfig load(const std::string& text) {
  const auto outside = environment();
  return load_web_config(text, "/etc/web/web.yml", outside.get());
}

std::string complaints(const std::string& text) {
  std::string all;
  for (const auto& each : load(text).diagnostics) all += render(each, "web.yml", text);
  return all;
}

constexpr const char* certificate_and_key = "cert_file: tls/server.pem, key_file: '${CREDENTIALS}/key'";

std::string tls_with(const std::string& more) {
  return std::string("tls_server_config: { ") + certificate_and_key + more + " }\n";
}

TEST_CASE("The file of exporter-toolkit is read, its paths relative to its folder") {
  const auto loaded =
      load(tls_with(", client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem, min_version: TLS13") +
           "basic_auth_users:\n  prometheus: " + hash +
           "\nhttp_server_config: { http2: false, headers: { X-Frame-Options: deny } }\n");
  REQUIRE(loaded.plan);
  CHECK(loaded.diagnostics.empty());
  REQUIRE(loaded.plan->tls);
  CHECK(loaded.plan->tls->certificate.find("of the server") != std::string::npos);
  CHECK(loaded.plan->tls->key.reveal().find("secret") != std::string::npos);
  CHECK(loaded.plan->tls->client_ca.find("of the clients") != std::string::npos);
  CHECK(loaded.plan->tls->client == ClientCertificate::required_and_verified);
  CHECK(loaded.plan->tls->least == TlsVersion::tls13);
  CHECK(loaded.plan->tls->most == TlsVersion::tls13);
  CHECK(loaded.plan->users == std::map<std::string, Secret>{{"prometheus", Secret(hash)}});
  CHECK(loaded.plan->headers == std::vector<std::pair<std::string, std::string>>{{"X-Frame-Options", "deny"}});
}

TEST_CASE("The effective web configuration names every default and shows no hash") {
  CHECK(load(tls_with("") + "basic_auth_users: { prometheus: " + hash + " }\n").effective ==
        "tls_server_config:\n"
        "  cert_file: /etc/web/tls/server.pem\n"
        "  key_file: /run/credentials/key\n"
        "  client_auth_type: NoClientCert\n"
        "  min_version: TLS12\n"
        "  max_version: TLS13\n"
        "basic_auth_users:\n"
        "  prometheus: \"***\"\n"
        "http_server_config:\n"
        "  http2: false\n");
}

TEST_CASE("Every mistake of a web configuration is told with its place and how to mend it") {
  const std::string text =
      "tls_server_confg: {}\n"
      "basic_auth_users:\n"
      "  anna: geheim\n"
      "  bert: $2y$31$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.\n"
      "http_server_config:\n"
      "  headers:\n"
      "    X-Frame-Options: allow\n"
      "    Server: mine\n";
  CHECK_FALSE(load(text).plan);
  CHECK(complaints(text) ==
        "web.yml:1:1: error: tls_server_confg: unknown key 'tls_server_confg'\n"
        "tls_server_confg: {}\n"
        "^\n"
        "hint: did you mean 'tls_server_config'? allowed: basic_auth_users, http_server_config, tls_server_config\n"
        "web.yml:3:9: error: basic_auth_users.anna: this is no hash of bcrypt\n"
        "  anna: ***\n"
        "        ^\n"
        "hint: write what `htpasswd -nB NAME` prints behind the colon; it begins $2y$\n"
        "web.yml:4:9: error: basic_auth_users.bert: the cost 31 of this hash is not within 4 and 14\n"
        "  bert: ***\n"
        "        ^\n"
        "hint: hash the password with the cost 10: `htpasswd -nBC 10 NAME`\n"
        "web.yml:7:22: error: http_server_config.headers.X-Frame-Options: 'allow' is not allowed here\n"
        "    X-Frame-Options: ***\n"
        "                     ^\n"
        "hint: allowed: deny, sameorigin\n"
        "web.yml:8:13: error: http_server_config.headers.Server: the header 'Server' cannot be set\n"
        "    Server: ***\n"
        "            ^\n"
        "hint: allowed: Content-Security-Policy, Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, "
        "X-XSS-Protection\n");
}

TEST_CASE("What does not go together in TLS is an error") {
  struct Case {
    const char* name;
    std::string text;
    const char* told;
  };
  const std::vector<Case> cases{
      {"no key", "tls_server_config: { cert_file: tls/server.pem }\n", "the key 'key_file' is missing"},
      {"nobody to verify with", tls_with(", client_auth_type: RequireAndVerifyClientCert"),
       "there is no authority to verify certificates of clients with"},
      {"an authority in vain", tls_with(", client_ca_file: ca.pem"), "certificates of clients are not asked for"},
      {"no version left", tls_with(", min_version: TLS13, max_version: TLS12"), "no version is left"},
      {"an old version", tls_with(", min_version: TLS10"), "'TLS10' is not allowed here"},
      {"no such type", tls_with(", client_auth_type: Require"), "'Require' is not allowed here"},
      {"a key of the toolkit that is not heeded", tls_with(", client_allowed_sans: [a]"),
       "unknown key 'client_allowed_sans'"},
      {"no such file", "tls_server_config: { cert_file: absent.pem, key_file: absent.key }\n",
       "the file '/etc/web/absent.pem' cannot be read"},
      {"no certificate in it", "tls_server_config: { cert_file: '${CREDENTIALS}/key', key_file: '${CREDENTIALS}/key' }",
       "holds no certificate in PEM form"}};
  for (const auto& test_case : cases) {
    CAPTURE(test_case.name);
    CHECK_FALSE(load(test_case.text).plan);
    CHECK_THAT(complaints(test_case.text), Catch::Contains(test_case.told));
  }
}

TEST_CASE("A file that would protect nothing is refused, as one that was cut off would be taken for it") {
  CHECK_THAT(complaints(""), Catch::Contains("the web configuration is empty"));
  CHECK_THAT(complaints("basic_auth_users: {}\n"), Catch::Contains("there is no user"));
  CHECK_FALSE(load("# nothing\n").plan);
}

TEST_CASE("HTTP/2, and certificates that nobody verifies, are warned of and no error") {
  const auto text = tls_with(", client_auth_type: RequireAnyClientCert") + "http_server_config: { http2: true }\n";
  CHECK(load(text).plan);
  CHECK_THAT(complaints(text), Catch::Contains("warning: http_server_config.http2: HTTP/2 is not spoken here") &&
                                   Catch::Contains("warning: tls_server_config.client_auth_type: whatever"));
}

}  // namespace
