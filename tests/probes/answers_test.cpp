#include "probes/answers.hpp"

#include <catch2/catch.hpp>

#include "probes/asker.hpp"
#include "probes/build_info.hpp"
#include "probes/readiness.hpp"
#include "tests/probes/response.hpp"

namespace lgtmwatch {

TEST_CASE("A component that answers 503 is not ready, in its own words") {
  CHECK(judge_readiness(response(200, "ready\n"), "loki:3100").value().ready);
  CHECK(judge_readiness(response(200, "Prometheus Server is Ready.\n"), "prometheus:9090").value().ready);
  CHECK(judge_readiness(response(200, "<html>"), "loki:3100").error().what ==
        "loki:3100 answered 200, but not that it is ready: \"<html>\"");
  CHECK(judge_readiness(response(502, ""), "loki:80").error().reason == Reason::refused);
  CHECK(judge_readiness(response(504, ""), "loki:80").error().reason == Reason::timeout);
  const auto starting = judge_readiness(response(503, "Ingester not ready: waiting for 15s after being ready\n"), "x");
  CHECK_FALSE(starting.value().ready);
  CHECK(starting.value().message == "Ingester not ready: waiting for 15s after being ready");
  CHECK(judge_readiness(response(503, ""), "x").value().message == "it answered 503 without a reason");
}

TEST_CASE("A status that is no answer of the component is an error of its reason") {
  CHECK(status_error(response(401, "no org id\n"), "x").reason == Reason::tenant);
  CHECK(status_error(response(401, "Unauthorized"), "x").reason == Reason::auth);
  CHECK(status_error(response(403, ""), "x").reason == Reason::auth);
  CHECK(status_error(response(404, "404 page not found"), "x").reason == Reason::not_found);
  CHECK(status_error(response(429, ""), "x").reason == Reason::limit);
  CHECK(status_error(response(500, "empty ring\nmore"), "mimir:9009").what == "mimir:9009 answered 500: empty ring");
}

TEST_CASE("Of a page of HTML its title is told, without the status that is told already") {
  const auto page = [](const std::string& title) {
    return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n";
  };
  CHECK(status_error(response(404, page("404 Not Found")), "x").what == "x answered 404: Not Found");
  CHECK(first_line(page("Welcome to nginx!")) == "Welcome to nginx!");
  CHECK(first_line("<html>\n<title>cut off") == "cut off");
}

TEST_CASE("A port that asks for TLS or for a certificate is an error of TLS that says how to come") {
  struct Case {
    const char* said;
    const char* hint;
  };
  const std::vector<Case> cases{{"<title>400 The plain HTTP request was sent to HTTPS port</title>", "use https://"},
                                {"Client sent an HTTP request to an HTTPS server.\n", "use https://"},
                                {"<title>400 No required SSL certificate was sent</title>",
                                 "set tls.cert_file and tls.key_file: a client certificate is asked for"},
                                {"<title>400 The SSL certificate error</title>",
                                 "set tls.cert_file and tls.key_file to a client certificate that is accepted there"}};
  for (const auto& test_case : cases) {
    const auto error = status_error(response(400, test_case.said), "x");
    CHECK(error.reason == Reason::tls);
    CHECK(error.hint == test_case.hint);
  }
  CHECK(status_error(response(400, "Bad Request"), "x").reason == Reason::http_status);
}

TEST_CASE("The version is read flat from Loki and Tempo and under data from Mimir and Prometheus") {
  CHECK(parse_build_info(R"({"version":"3.7.6"})").value().version == "3.7.6");
  CHECK(parse_build_info(R"({"status":"success","data":{"version":"2.42.0"}})").value().version == "2.42.0");
  CHECK(parse_build_info(R"({"version":""})").value().version == "unknown");
  CHECK(parse_build_info(R"({})").error().what == "version is missing in the answer");
}

TEST_CASE("The command that repeats a request shows the tenant and masks every other header") {
  Endpoint endpoint(Url::parse("http://loki:3100/prefix").value());
  endpoint.headers.push_back({"X-Scope-OrgID", Secret("team-a")});
  endpoint.headers.push_back({"Authorization", Secret("Bearer hidden")});
  CHECK(curl_command(endpoint, HttpRequest("/ready")) ==
        "curl -H 'X-Scope-OrgID: team-a' -H 'Authorization: ***' 'http://loki:3100/prefix/ready'");
  const HttpRequest post("POST", "/v1/logs", "application/json", "it's");
  CHECK(curl_command(Endpoint(Url::parse("unix:///run/x.sock").value()), post) ==
        R"(curl --unix-socket '/run/x.sock' -H 'Content-Type: application/json' -X POST -d 'it'\''s' )"
        R"('http://localhost/v1/logs')");
}

TEST_CASE("A body that nobody would paste is a file, of which the command tells the size") {
  const Endpoint endpoint(Url::parse("http://alloy:4318").value());
  const HttpRequest large("POST", "/v1/logs", "application/x-protobuf", std::string(3'500'000, '\x01'));
  CHECK(curl_command(endpoint, large) ==
        "curl -H 'Content-Type: application/x-protobuf' -X POST --data-binary @body 'http://alloy:4318/v1/logs' "
        "# body: 3500000 bytes");
}

TEST_CASE("The command that repeats a request shows the same certificates and asks for the same name") {
  Endpoint endpoint(Url::parse("https://10.0.0.7:3100/prefix").value());
  endpoint.tls.ca_file = "/etc/ca.pem";
  endpoint.tls.cert_file = "/etc/client.pem";
  endpoint.tls.key_file = "/etc/client.key";
  CHECK(curl_command(endpoint, HttpRequest("/ready")) ==
        "curl --cacert '/etc/ca.pem' --cert '/etc/client.pem' --key '/etc/client.key' "
        "'https://10.0.0.7:3100/prefix/ready'");
  endpoint.tls = TlsSettings();
  endpoint.tls.server_name = "loki.test";
  CHECK(curl_command(endpoint, HttpRequest("/ready")) ==
        "curl --connect-to 'loki.test:3100:10.0.0.7:3100' 'https://loki.test:3100/prefix/ready'");
}

TEST_CASE("The command that repeats a request goes through the same proxy, without showing its password") {
  Endpoint endpoint(Url::parse("http://loki:3100").value());
  endpoint.proxy = Url::parse("http://squid:3128").value();
  CHECK(curl_command(endpoint, HttpRequest("/ready")) == "curl -x 'http://squid:3128' 'http://loki:3100/ready'");
  endpoint.proxy_authorization = Secret("Basic aGlkZGVu");
  CHECK(curl_command(endpoint, HttpRequest("/ready")) ==
        "curl -x 'http://squid:3128' -U '***' 'http://loki:3100/ready'");
}

}  // namespace lgtmwatch
