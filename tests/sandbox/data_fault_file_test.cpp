// Faults that are files: what a file may say, and what it changes.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "ages.hpp"
#include "bench.hpp"
#include "sandbox/changes.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;
using sandbox::parse_data_fault;

std::string problem_of(const std::string& text) {
  const auto parsed = parse_data_fault({"x.json", text});
  return parsed ? "" : parsed.error().what;
}

TEST_CASE("Every file of a fault is well formed, for each of its targets, and speaks of doors that there are") {
  const std::vector<std::string> doors{"loki",          "tempo",   "mimir",       "alloy",
                                       "mobile-http",   "backend", "mobile-grpc", "logs-push",
                                       "metrics-write", "grafana", "docker",      "tempo-otlp"};
  const auto is_door = [&](const std::string& name) {
    return std::find(doors.begin(), doors.end(), name) != doors.end();
  };
  REQUIRE_FALSE(sandbox::fault_files().empty());
  for (const auto& file : sandbox::fault_files()) {
    CAPTURE(file.name);
    const auto general = parse_data_fault(file);
    REQUIRE((general ? "" : general.error().what) == "");
    auto targets = general->targets;
    if (targets.empty()) targets = {""};
    for (const auto& target : targets) {
      const auto fault = parse_data_fault(file, target);
      REQUIRE(fault.has_value());
      for (const auto& answer : fault->answers) CHECK(is_door(answer.door));
      for (const auto& figure : fault->metrics) CHECK(is_door(figure.door));
      for (const auto& [door, state] : fault->doors) CHECK(is_door(door));
      for (const auto& [door, offset] : fault->clocks) CHECK(is_door(door));
      for (const auto& signal : fault->silences) CHECK((signal == "metrics" || signal == "logs" || signal == "traces"));
      const bool does_something = !fault->answers.empty() || !fault->metrics.empty() || !fault->doors.empty() ||
                                  !fault->clocks.empty() || !fault->silences.empty() || !fault->attempts.empty() ||
                                  !fault->containers.empty() || !fault->writes.empty();
      CHECK(does_something);
    }
  }
}

TEST_CASE("A file that says what nobody reads, or not enough, is refused with its place") {
  CHECK(problem_of("{") != "");
  CHECK(problem_of("[]") == "x.json: the fault: an object is expected");
  CHECK(problem_of("{}") == "x.json: the fault: a sentence is expected");
  CHECK(problem_of(R"({"sentence":"s","target":["loki"]})") == "x.json: the fault: nothing is called target");
  CHECK(problem_of(R"({"sentence":"s","targets":"loki"})") == "x.json: the fault: targets is no list");
  CHECK(problem_of(R"({"sentence":"s","answers":[{"door":"loki","path":"/","status":"500"}]})") ==
        "x.json: answers: status is no number");
  CHECK(problem_of(R"({"sentence":"s","answers":[{"door":"loki","status":500}]})") ==
        "x.json: answers: a path or a prefix is expected");
  CHECK(problem_of(R"({"sentence":"s","answers":[{"door":"loki","path":"/"}]})") ==
        "x.json: answers: status, body, headers or replace is expected");
  CHECK(problem_of(R"({"sentence":"s","metrics":[{"door":"loki","series":"a","set":1,"per_second":1}]})") ==
        "x.json: metrics: one of set, per_second, remove and rename is expected");
  CHECK(problem_of(R"({"sentence":"s","doors":{"loki":"broken"}})") == "x.json: the fault: a door cannot be broken");
  CHECK(problem_of(R"({"sentence":"s","clocks":{"loki":"-1"}})") != "");
  CHECK(problem_of(R"({"sentence":"s","clocks":{"loki":"-1h50m"}})") == "");
}

// A loki that answers as the table says, under one fault.
class Changed {
 public:
  explicit Changed(const std::string& fault) {
    clock_.time = wall_from_unix_seconds(1'795'352'139);
    REQUIRE_FALSE(faults_.set(fault, clock_.time));
  }
  ServerResponse get(const std::string& door, const std::string& path) {
    const ServerRequest request{"GET", path, {}, ""};
    return changes_.answer(door, request, [](const ServerRequest&) {
      return ServerResponse(200, "text/plain", "process_start_time_seconds 5\na_total{x=\"1\"} 7\nab 3\nc 1\n");
    });
  }
  void pass(Duration time) { clock_.time += time; }
  void restart(const std::string& door) { changes_.restart(door, get(door, "/metrics").body); }

 private:
  StandingClock clock_;
  sandbox::Faults faults_;
  sandbox::Changes changes_{faults_, clock_};
};

TEST_CASE("An answer stands in place of the component's, for the target that it is set for alone") {
  Changed changed("backend-not-ready:mimir");
  CHECK(changed.get("mimir", "/ready").status == 503);
  CHECK(changed.get("mimir", "/ready?x=1").status == 503);
  CHECK(changed.get("loki", "/ready").status == 200);
  CHECK(changed.get("mimir", "/metrics").status == 200);
}

TEST_CASE("Every answer carries the time of its door") {
  Changed changed("backend-not-ready:mimir");
  const auto& headers = changed.get("loki", "/ready").headers;
  REQUIRE(headers.size() == 1);
  CHECK(headers[0] == std::pair<std::string, std::string>("Date", "Sun, 22 Nov 2026 12:55:39 GMT"));
}

TEST_CASE("After a restart counters begin anew, gauges stay, and readiness takes its time") {
  Changed changed("restart:loki");
  changed.pass(std::chrono::minutes(1));
  changed.restart("loki");
  CHECK(changed.get("loki", "/metrics").body == "process_start_time_seconds 1795352199\nab 3\nc 1\n");
  CHECK(changed.get("mimir", "/metrics").body.find("a_total{x=\"1\"} 7\n") != std::string::npos);
  CHECK(changed.get("loki", "/ready").status == 503);
  CHECK(changed.get("loki", "/ready").body == "Ingester not ready: waiting for 15s after being ready\n");
  changed.pass(std::chrono::seconds(16));
  CHECK(changed.get("loki", "/ready").status == 200);
}

TEST_CASE("restart: the process starts now, and what came since is counted from 0") {
  Bench bench;
  bench.play(2);
  const auto before = bench.alloy_figure("otelcol_exporter_sent_spans_total");
  REQUIRE(bench.fault("restart:alloy") == 200);
  CHECK(bench.alloy_figure("alloy_resources_process_start_time_seconds") == Approx(bench.now_ns() / 1e9));
  bench.play(3);
  CHECK(bench.alloy_figure("otelcol_exporter_sent_spans_total") == 3);
  bench.clear();
  CHECK(bench.alloy_figure("otelcol_exporter_sent_spans_total") == 3);
  CHECK(before > 100);
  CHECK(bench.get("alloy", "/-/ready").status == 200);
  CHECK(age_of_traces(bench) < 34);
}

}  // namespace
