#include "daemon/base/url.hpp"

#include <catch2/catch.hpp>

#include "daemon/base/endpoint.hpp"

namespace {

using namespace lgtmwatch;

TEST_CASE("An address is taken apart and written again") {
  struct Case {
    const char* text;
    const char* host;
    int port;
    const char* path;
    const char* address;
    const char* authority;
    const char* again;
  };
  const auto test_case = GENERATE(
      Case{"http://loki:3100", "loki", 3100, "", "loki:3100", "loki:3100", "http://loki:3100"},
      Case{"http://loki:3100/", "loki", 3100, "", "loki:3100", "loki:3100", "http://loki:3100"},
      Case{"http://loki", "loki", 80, "", "loki:80", "loki", "http://loki"},
      Case{"https://loki", "loki", 443, "", "loki:443", "loki", "https://loki"},
      Case{"https://loki:80", "loki", 80, "", "loki:80", "loki:80", "https://loki:80"},
      Case{"https://g.example/a/b//", "g.example", 443, "/a/b", "g.example:443", "g.example", "https://g.example/a/b"},
      Case{"http://loki/a%20b", "loki", 80, "/a%20b", "loki:80", "loki", "http://loki/a%20b"},
      Case{"http://10.0.0.1:9", "10.0.0.1", 9, "", "10.0.0.1:9", "10.0.0.1:9", "http://10.0.0.1:9"},
      Case{"http://[::1]:3100/x", "::1", 3100, "/x", "[::1]:3100", "[::1]:3100", "http://[::1]:3100/x"},
      Case{"http://[fd00::2]", "fd00::2", 80, "", "[fd00::2]:80", "[fd00::2]", "http://[fd00::2]"},
      Case{"http://my_stack-loki-1:3100", "my_stack-loki-1", 3100, "", "my_stack-loki-1:3100", "my_stack-loki-1:3100",
           "http://my_stack-loki-1:3100"},
      Case{"unix:///run/x.sock", "/run/x.sock", 0, "", "unix:/run/x.sock", "localhost", "unix:///run/x.sock"});
  CAPTURE(test_case.text);
  const auto url = Url::parse(test_case.text).value();
  CHECK(url.host() == test_case.host);
  CHECK(url.port() == test_case.port);
  CHECK(url.path() == test_case.path);
  CHECK(url.address() == test_case.address);
  CHECK(url.authority() == test_case.authority);
  CHECK(url.text() == test_case.again);
  CHECK(Url::parse(url.text()).value().text() == url.text());
}

TEST_CASE("The scheme is http, https or a unix socket") {
  CHECK(Url::parse("http://a").value().scheme() == Url::Scheme::http);
  CHECK(Url::parse("https://a").value().scheme() == Url::Scheme::https);
  CHECK(Url::parse("unix:///a").value().scheme() == Url::Scheme::unix_socket);
}

TEST_CASE("An address that is none is refused with the reason") {
  struct Case {
    const char* text;
    const char* what;
  };
  const auto test_case =
      GENERATE(Case{"", "'' is not an address: it is not a URL with a scheme"},
               Case{"loki", "'loki' is not an address: it is not a URL with a scheme"},
               Case{"loki:3100", "'loki:3100' is not an address: the scheme must be http, https or unix"},
               Case{"ftp://loki", "'ftp://loki' is not an address: the scheme must be http, https or unix"},
               Case{"http://", "'http://' is not an address: the host is missing"},
               Case{"http://:80", "'http://:80' is not an address: the host is missing"},
               Case{"http:loki", "'http:loki' is not an address: the host is missing"},
               Case{"http://lo ki", "'http://lo ki' is not an address: it is not a URL with a scheme"},
               Case{"http://loki:0", "'http://loki:0' is not an address: the port must be between 1 and 65535"},
               Case{"http://loki:65536", "'http://loki:65536' is not an address: the port must be between 1 and 65535"},
               Case{"http://loki:", "'http://loki:' is not an address: the port must be between 1 and 65535"},
               Case{"http://loki:x", "'http://loki:x' is not an address: the port must be between 1 and 65535"},
               Case{"http://[::1", "'http://[::1' is not an address: it is not a URL with a scheme"},
               Case{"http://loki?a=b", "'http://loki?a=b' is not an address: it must not have a query or a fragment"},
               Case{"http://loki#a", "'http://loki#a' is not an address: it must not have a query or a fragment"},
               Case{"unix://run/x", "'unix://run/x' is not an address: a unix socket needs an absolute path"},
               Case{"unix://", "'unix://' is not an address: a unix socket needs an absolute path"});
  const auto url = Url::parse(test_case.text);
  REQUIRE(url.has_error());
  CHECK(url.error().what == test_case.what);
  CHECK(url.error().hint == "write it as http://HOST:PORT, https://HOST:PORT/PREFIX or unix:///PATH");
}

TEST_CASE("A password in an address is never repeated, whatever else is wrong") {
  const std::string text = GENERATE(as<std::string>(), "http://me:geheim@loki", "ftp://me:geheim@loki",
                                    "http://me:geheim@loki:99999", "http://me:geheim@lo ki", "http://me:geheim@loki?a",
                                    "me:geheim@loki", "http://me:ge heim@loki", "http://geheim@loki");
  CAPTURE(text);
  for (const auto& url : {Url::parse(text), Url::parse_endpoint(text), Url::parse_endpoint(text + ":1")}) {
    REQUIRE(url.has_error());
    CHECK_THAT(url.error().what, !Catch::Contains("geheim"));
    CHECK_THAT(url.error().what, Catch::StartsWith("'***' is not an address: "));
  }
}

TEST_CASE("A host cannot smuggle a line or a space into the request") {
  const std::string text = GENERATE(as<std::string>(), "http://a%0d%0aX-Scope-OrgID:%20b", "http://a%20b",
                                    "http://a%00", "http://a%2fb", "http://a%40b");
  CAPTURE(text);
  const auto url = Url::parse(text);
  REQUIRE(url.has_error());
  CHECK_THAT(url.error().what, Catch::EndsWith("is not an address: the host has characters that no host has"));
}

TEST_CASE("An endpoint is a host with its port, and a URL where it has a scheme") {
  CHECK(Url::parse_endpoint("alloy:4317").value().text() == "http://alloy:4317");
  CHECK(Url::parse_endpoint("[::1]:4317").value().address() == "[::1]:4317");
  CHECK(Url::parse_endpoint("https://alloy:4317").value().scheme() == Url::Scheme::https);
  for (const std::string text : {"alloy", "alloy:", "[::1]", "[::1]:", ""}) {
    CAPTURE(text);
    const auto url = Url::parse_endpoint(text);
    REQUIRE(url.has_error());
    CHECK(url.error().what == "'" + text + "' is not an address: an endpoint is written as HOST:PORT");
  }
}

TEST_CASE("An endpoint that is no host with a port is quoted as it was written") {
  for (const std::string text : {"alloy:x", "al loy:4317", "::1:4317"}) {
    CAPTURE(text);
    const auto url = Url::parse_endpoint(text);
    REQUIRE(url.has_error());
    CHECK_THAT(url.error().what, Catch::StartsWith("'" + text + "' is not an address: "));
  }
}

TEST_CASE("A query value is percent-encoded but for unreserved characters") {
  CHECK(percent_encode("aZ09-_.~") == "aZ09-_.~");
  CHECK(percent_encode("{a=\"b\"} +&%") == "%7Ba%3D%22b%22%7D%20%2B%26%25");
  CHECK(percent_encode("é") == "%C3%A9");
  CHECK(percent_encode("").empty());
}

TEST_CASE("TLS settings are equal when every one of them is") {
  TlsSettings a;
  TlsSettings b;
  CHECK(a == b);
  b.insecure_skip_verify = true;
  CHECK_FALSE(a == b);
}

}  // namespace
