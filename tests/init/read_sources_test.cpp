// The sources that follow from what the backends hold: their receivers, and a max_age from what was observed.
#include "daemon/init/read_sources.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "daemon/model/stack_jobs.hpp"
#include "tests/init/recorded_answers.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

const WallTime now{1'795'352'139s};

Seen seen(Signal signal, Origin origin, Duration gap, std::string detail = {}) {
  Seen one;
  one.signal = signal;
  one.origin = origin;
  one.source = "shop";
  one.detail = std::move(detail);
  one.rhythm = rhythm_of({now - 3 * gap, now - 2 * gap, now - gap}, now);
  return one;
}

std::vector<FoundWay> ways_of(const std::vector<Seen>& all, const std::vector<ReceiverUse>& used = {},
                              const std::vector<Container>& containers = {}) {
  const auto sources = read_sources(all, {alloy_at("127.0.0.1")}, used, containers);
  REQUIRE(sources.size() == 1);
  return sources.front().ways;
}

Container shop_that_sends_to(const std::string& endpoint) {
  Container container;
  container.name = "shop-1";
  container.environment = {{"OTEL_SERVICE_NAME", "shop"}, {"OTEL_EXPORTER_OTLP_ENDPOINT", endpoint}};
  return container;
}

}  // namespace

TEST_CASE("A max_age is several times the longest gap, rounded up to what people write") {
  CHECK(max_age_from(Signal::metrics, rhythm_of({now - 45s, now - 30s, now - 15s}, now)) == 1min);
  CHECK(max_age_from(Signal::metrics, rhythm_of({now - 3min, now - 2min, now - 1min}, now)) == 5min);
  CHECK(max_age_from(Signal::logs, rhythm_of({now - 6s, now - 4s, now - 2s}, now)) == 5min);
  CHECK(max_age_from(Signal::traces, rhythm_of({now - 50min, now - 49min, now - 40min}, now)) == 2h);
}

TEST_CASE("From fewer than three records no max_age is told") {
  CHECK_FALSE(max_age_from(Signal::logs, rhythm_of({now - 2s, now - 1s}, now)));
  Seen once = seen(Signal::logs, Origin::otlp, 1min);
  once.rhythm = rhythm_of({now - 20min}, now);
  CHECK(ways_of({once}).front().why_not == "only 1 came in the last hour, 20m ago: no max_age can be told from that");
}

TEST_CASE("What came by OTLP belongs to the receiver that took something") {
  const std::vector<ReceiverUse> used{{"otelcol.receiver.otlp.backend", "http", Signal::metrics}};
  CHECK(ways_of({seen(Signal::metrics, Origin::otlp, 15s)}, used).front().receiver == "backend");
}

TEST_CASE("What the application is told by its environment goes before what was counted") {
  const std::vector<ReceiverUse> used{{"otelcol.receiver.otlp.backend", "http", Signal::traces}};
  const std::vector<Container> containers{shop_that_sends_to("http://alloy:4317")};
  const auto sources =
      read_sources({seen(Signal::traces, Origin::otlp, 15s)}, {alloy_at("127.0.0.1")}, used, containers);
  CHECK(sources.front().ways.front().receiver == "mobile-grpc");
  CHECK(sources.front().container == "shop-1");
}

TEST_CASE("Where several receivers may be meant none is named, and it is said which") {
  const auto way = ways_of({seen(Signal::traces, Origin::otlp, 15s)}).front();
  CHECK(way.receiver.empty());
  CHECK(way.said.find("mobile-grpc, mobile-http, backend") != std::string::npos);
}

TEST_CASE("Logs of a container and of a file belong to their scrapers") {
  const auto ways = ways_of(
      {seen(Signal::logs, Origin::container, 2s, "shop"), seen(Signal::logs, Origin::file, 2s, "/var/log/app/a.log")});
  CHECK(ways[0].receiver == "docker");
  CHECK(ways[1].receiver == "files");
  CHECK(ways[1].selector.empty());
}

TEST_CASE("Of several ways of logs one without a receiver is left out") {
  const auto ways = ways_of({seen(Signal::logs, Origin::otlp, 2s), seen(Signal::logs, Origin::container, 2s, "shop")});
  CHECK_FALSE(ways[0].why_not.empty());
  CHECK(ways[1].why_not.empty());
}

TEST_CASE("A signal that a source does not send where it sends two others is named, and left to whoever reads it") {
  const std::vector<ReceiverUse> used{{"otelcol.receiver.otlp.backend", "http", Signal::metrics},
                                      {"otelcol.receiver.otlp.backend", "http", Signal::traces}};
  const auto metrics = seen(Signal::metrics, Origin::otlp, 15s);
  const auto ways = ways_of(
      {metrics, seen(Signal::logs, Origin::container, 2s, "shop"), seen(Signal::traces, Origin::otlp, 5s)}, used);
  REQUIRE(ways.size() == 4);
  CHECK(ways[3].signal == Signal::logs);
  CHECK(ways[3].receiver == "backend");
  CHECK(ways[3].why_not ==
        "its metrics and traces come by backend, its logs do not. Where they should, that is broken now");
  CHECK(ways_of({metrics}, used).size() == 1);
}

TEST_CASE("Metrics that are scraped are not asked of the receiver of logs and traces") {
  const std::vector<ReceiverUse> used{{"otelcol.receiver.otlp.backend", "http", Signal::logs},
                                      {"otelcol.receiver.otlp.backend", "http", Signal::traces}};
  const auto ways = ways_of({seen(Signal::metrics, Origin::scrape, 15s), seen(Signal::logs, Origin::otlp, 2s),
                             seen(Signal::traces, Origin::otlp, 5s)},
                            used);
  CHECK(ways.size() == 3);
}

TEST_CASE("What is called like a part of the stack is no application") {
  const auto jobs = usual_stack_jobs();
  for (const auto* name : {"loki", "lgtm-loki-1", "monitoring_grafana_1", "scanium-alloy"})
    CHECK(is_of_the_stack(name, jobs));
  for (const auto* name : {"shop", "shop-1", "lokiless", "grafana-importer", "1", ""})
    CHECK_FALSE(is_of_the_stack(name, jobs));
}

TEST_CASE("A job that Alloy scrapes comes by that scrape") {
  auto job = seen(Signal::metrics, Origin::scrape, 15s);
  job.source = "tempo";
  CHECK(ways_of({job}).front().receiver == "stack");
}

TEST_CASE("What could not be asked is left out with the error") {
  auto one = seen(Signal::logs, Origin::otlp, 2s);
  one.trouble = "it could not be asked: no answer within 5s";
  CHECK(ways_of({one}).front().why_not == one.trouble);
}

TEST_CASE("What Alloy scrapes at the address of a backend is a job of the stack") {
  FoundStack stack;
  stack.alloys = {alloy_at("127.0.0.1")};
  FoundBackend loki;
  loki.url = "http://127.0.0.1:3100";
  stack.backends = {loki};
  CHECK(stack_jobs_of(stack).empty());
  for (auto& receiver : stack.alloys[0].receivers)
    if (!receiver.scraped.empty()) receiver.scraped[1].job = "integrations/loki";
  CHECK(stack_jobs_of(stack) ==
        std::vector<std::string>{"alloy", "grafana", "integrations/loki", "lgtmwatch", "loki", "mimir", "tempo"});
}

TEST_CASE("Times are read from the recorded answers of the backends") {
  const auto series = recorded_body(
      "healthy",
      "/prometheus/api/v1/query?query=target_info%7Bjob%3D%22scanium-backend%22%7D%5B10m%5D&time=1795352139.650");
  CHECK(parse_sample_times(series).value().size() > 2);
  const auto lines = recorded_body(
      "healthy",
      "/loki/api/v1/query_range?query=%7Bservice_name%3D%22scanium-backend%22%7D&limit=2&direction=backward&since=1h");
  CHECK(parse_line_times(lines).value().size() >= 2);
  const auto traces = recorded_body("healthy", "/api/search?tags=service.name%3Dscanium-backend&limit=2");
  CHECK(parse_trace_times(traces).value().size() == 2);
}

TEST_CASE("The recorded streams of Loki tell by which way their lines came") {
  const auto streams =
      parse_log_streams(recorded_body("healthy", "/loki/api/v1/series?match[]=%7Bservice_name%3D~%22.%2B%22%7D"))
          .value();
  const auto holds = [&](const LogStream& stream) {
    return std::find(streams.begin(), streams.end(), stream) != streams.end();
  };
  CHECK(holds({"scanium-backend", "", ""}));
  CHECK(holds({"scanium-backend", "scanium-backend", ""}));
}

}  // namespace lgtmwatch
