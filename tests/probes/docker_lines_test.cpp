#include "probes/docker/docker_lines.hpp"

#include <catch2/catch.hpp>

#include "probes/docker/docker_logs.hpp"
#include "probes/docker/error_lines.hpp"
#include "probes/docker/masked.hpp"
#include "tests/probes/docker_frame.hpp"

namespace {

using namespace lgtmwatch;

TEST_CASE("The newest line is dated, with frames and without") {
  const auto time = [](const std::string& body) {
    const auto newest = parse_newest_line(body);
    REQUIRE(newest.has_value());
    return *newest ? format_rfc3339(**newest) : std::string("none");
  };
  CHECK(time("") == "none");
  CHECK(time(frame(1, "2026-11-26T06:10:01.123456789Z hello\n")) == "2026-11-26T06:10:01Z");
  CHECK(time(frame(1, "2026-11-26T06:10:01Z a\n") + frame(2, "2026-11-26T06:10:02Z b\n")) == "2026-11-26T06:10:02Z");
  CHECK(time("2026-11-26T06:10:03.5Z of a terminal\r\n") == "2026-11-26T06:10:03Z");
  CHECK(time(frame(1, "2026-11-26T06:10:04Z \n")) == "2026-11-26T06:10:04Z");
}

TEST_CASE("A log that is cut off, or has no times, is an error and no line") {
  const auto whole = frame(1, "2026-11-26T06:10:01Z hello\n");
  for (std::size_t size = 1; size < whole.size(); ++size) CHECK(parse_newest_line(whole.substr(0, size)).has_error());
  CHECK(parse_newest_line(frame(1, "hello\n")).has_error());
  CHECK(parse_newest_line("plain text").has_error());
}

TEST_CASE("What the engine says of a log that it cannot read is told from other errors") {
  const auto* words = R"({"message":"configured logging driver does not support reading"})";
  CHECK(why_unreadable(501, words) == "configured logging driver does not support reading");
  CHECK(why_unreadable(500, words).has_value());
  CHECK_FALSE(why_unreadable(404, R"({"message":"No such container: x"})"));
  CHECK_FALSE(why_unreadable(500, R"({"message":"something else"})"));
}

TEST_CASE("Only containers are asked whose lines a scraper of containers reads") {
  StackPlan stack;
  AlloyPlan alloy(Endpoint(Url::parse("http://alloy:12345").value()));
  ReceiverPlan docker;
  docker.name = "docker";
  docker.kind = ReceiverKind::component;
  docker.component = "loki.source.docker.containers";
  ReceiverPlan otlp;
  otlp.name = "backend";
  alloy.receivers = {docker, otlp};
  stack.alloys = {alloy};
  const auto expects = [&](const std::string& source, const std::string& container, Signal signal,
                           const std::string& receiver) {
    Expectation expectation;
    expectation.source = source;
    expectation.container = container;
    expectation.signal = signal;
    expectation.receiver = receiver;
    stack.expectations.push_back(expectation);
  };
  expects("shop", "shop-1", Signal::logs, "docker");
  expects("shop", "shop-1", Signal::logs, "backend");
  expects("cart", "", Signal::logs, "docker");
  expects("other", "", Signal::metrics, "backend");
  CHECK(containers_with_lines(stack) == std::vector<std::string>{"shop-1", "cart"});
}

TEST_CASE("Secrets in the lines of strangers are masked") {
  const auto masks = [](const std::string& before, const std::string& after) {
    CHECK(without_secrets(before) == after);
  };
  masks("dial http://admin:hunter2@loki:3100/push failed", "dial http://***@loki:3100/push failed");
  masks("postgres://u:p%40w@db/grafana?sslmode=off", "postgres://***@db/grafana?sslmode=off");
  masks("header Authorization: Basic YWRtaW46aHVudGVyMg== refused", "header Authorization: ***");
  masks("got 401 for Bearer glsa_abcdefghij", "got 401 for Bearer ***");
  masks(R"(msg="bad" admin_password="hunter 2" code=7)", R"(msg="bad" admin_password="*** 2" code=7)");
  masks(R"({"level":"error","api_key":"k-123","n":1})", R"({"level":"error","api_key":"***","n":1})");
  masks("GET /x?access_token=abc&limit=1", "GET /x?access_token=***&limit=1");
  masks("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc expired", "token *** expired");
  masks("level=error msg=\"no space left on device\"", "level=error msg=\"no space left on device\"");
  masks("unexpected token while parsing", "unexpected token while parsing");
  masks("", "");
}

TEST_CASE("Of a log its warnings and errors are kept, the newest last") {
  const std::string log =
      "2026-11-26T06:10:01.5Z level=info ts=x msg=\"0 errors\"\n"
      "2026-11-26T06:10:02Z level=warn msg=\"slow\" password=hush\r\n"
      "2026-11-26T06:10:03Z {\"level\":\"ERROR\",\"msg\":\"x\"}\n"
      "2026-11-26T06:10:04Z lvl=eror msg=x\n"
      "2026-11-26T06:10:05Z mkdir /loki/rules: permission denied\n"
      "2026-11-26T06:10:06Z Error: could not perform the initial load successfully\n"
      "2026-11-26T06:10:07Z \tgithub.com/grafana/dskit/modules.(*Manager).initModule\n"
      "no time: error\n";
  const auto lines = error_lines(log);
  REQUIRE(lines.size() == 5);
  CHECK(lines.front().text == "level=warn msg=\"slow\" password=***");
  CHECK(format_rfc3339(lines.front().at) == "2026-11-26T06:10:02Z");
  CHECK(lines.back().text == "Error: could not perform the initial load successfully");
}

TEST_CASE("At most fifty lines and 16 KiB of a log are kept, the newest") {
  std::string log;
  for (int i = 0; i < 200; ++i) log += "2026-11-26T06:10:01Z level=error n=" + std::to_string(i) + "\n";
  const auto lines = error_lines(log);
  REQUIRE(lines.size() == 50);
  CHECK(lines.back().text == "level=error n=199");
  std::string wide;
  for (int i = 0; i < 60; ++i) wide += "2026-11-26T06:10:01Z level=error " + std::string(9000, 'x') + "\n";
  std::size_t bytes = 0;
  for (const auto& line : error_lines(wide)) bytes += line.text.size();
  CHECK(bytes > 0);
  CHECK(bytes <= 16 << 10);
}

}  // namespace
