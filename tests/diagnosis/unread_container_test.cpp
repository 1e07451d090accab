// Lines that Docker has and Loki has not, and lines that were never written.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/diagnosis/docker_stack.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

constexpr WallTime now = moment_of_tests;
const std::string docker_source = "loki.source.docker.containers";

// `shop` and `cart` are read by the scraper `docker`; the lines of shop do not come to Loki any more.
struct Stalled : Watched {
  Stalled() {
    with_docker();
    auto cart = plan().expectations[2];
    cart.source = "cart";
    cart.path = "cart@docker";
    plan().expectations.push_back(cart);
    newest("cart/logs@docker", 5s);
    newest("shop/logs@docker", 10min);
    shop.started = alloy.started = now - 3h;
  }
  // The newest line of the shop at the engine so long ago, and what was the newest before.
  void shop_has(std::optional<Duration> age, std::vector<Duration> before = {}) {
    ContainerLine line;
    line.container = "shop";
    if (age) line.newest = now - *age;
    found("docker_lines", engine, ContainerLines{{line}});
    auto& past = facts_of("docker_lines", engine).lines["shop"];
    for (const auto each : before) past.push_back(now - each);
    if (age) past.push_back(now - *age);
  }
  // Its metrics go on, and nothing else.
  void shop_is_idle() {
    newest("shop/logs@backend", 10min);
    newest("shop/traces@backend", 10min);
  }
  StackVerdict judge_all() {
    found("docker_containers", engine, DockerContainers{{shop, alloy}, 0});
    return judge();
  }

  Container shop = running("shop", {"backend"});
  Container alloy = running("alloy", {"backend"});
};

}  // namespace

TEST_CASE("A container whose lines Docker has and Loki has not, while others are read, has a tail that stalled") {
  Stalled stack;
  stack.shop_has(2s, {9min, 5min});
  const auto verdict = stack.judge_all();
  REQUIRE(causes_of(verdict) == Causes{"docker-tail-stalled-one-container"});
  const auto& finding = verdict.findings.front();
  CHECK(finding.stage == Stage::receive);
  CHECK(finding.subject == "shop");
  CHECK(finding.path == "shop@docker");
  CHECK(finding.alternatives.empty());
  CHECK(finding.targets == std::set<std::string>{"shop/logs@docker"});
  CHECK(finding.summary ==
        "the scraper docker does not read shop any more: Docker has lines of shop since 9m ago that Loki has not "
        "(Loki's newest is 10m old; Docker's newest is 2s old)");
  CHECK(
      finding.evidence.front().starts_with("curl --unix-socket '/var/run/docker.sock' "
                                           "'http://docker/containers/shop/logs?stdout=1&stderr=1&timestamps=1&tail=1' "
                                           "--output - → its newest line is of 20"));
  CHECK(verdict.signals.at(Signal::logs) == State::broken);
}

TEST_CASE("A line that was written only just now may still be under way") {
  Stalled stack;
  stack.shop_has(30s, {10min});
  CHECK(stack.judge_all().findings.empty());
}

TEST_CASE("A container that logs nothing more has nothing that could be read") {
  Stalled stack;
  stack.shop_is_idle();
  stack.shop_has(10min, {12min});
  CHECK(stack.judge_all().findings.empty());
}

TEST_CASE("Lines that come to Loki with times of their own are no tail that stalled") {
  Stalled stack;
  stack.shop_is_idle();
  stack.shop_has(2s, {9min, 5min});
  stack.facts_of("loki_newest", "shop/logs@docker").advanced_at = now - 20s;
  CHECK(stack.judge_all().findings.empty());
}

TEST_CASE("A tail that stands since its container was started was not resumed") {
  Stalled stack;
  stack.shop.started = now - 9min - 50s;
  stack.shop_has(2s, {9min + 40s, 5min});
  const auto verdict = stack.judge_all();
  REQUIRE(causes_of(verdict) == Causes{"docker-container-restart-not-resumed"});
  CHECK(verdict.findings.front().summary.find("since it was started 9m50s ago") != std::string::npos);
  SECTION("but one that stood before was not stopped by it") {
    stack.shop.started = now - 6min;
    CHECK(causes_of(stack.judge_all()) == Causes{"docker-tail-stalled-one-container"});
  }
}

TEST_CASE("A tail that has ended is told once, also where Loki has nothing at all") {
  Stalled stack;
  stack.plan().expectations.pop_back();
  stack.expect_always("shop/logs@docker");
  stack.found("loki_newest", "shop/logs@docker", NewestRecord{std::nullopt, 10min});
  stack.facts_of("loki_newest", "shop/logs@docker").last_seen.reset();
  stack.shop_has(2s);
  AlloyScraper scraper;
  scraper.targets = scraper.container_ids = 1;
  scraper.tailed = {{"shop-id0123456789abcdef", "", false, ""}};
  stack.found("alloy_scraper", "docker", scraper);
  SECTION("it was started within the time that Loki was asked for") {
    stack.shop.started = now - 9min;
    const auto verdict = stack.judge_all();
    REQUIRE(causes_of(verdict) == Causes{"docker-container-restart-not-resumed"});
    CHECK(verdict.findings.front().alternatives ==
          std::vector<std::string>{"docker-tail-stalled-one-container", "app-idle"});
  }
  SECTION("it was started long before") {
    CHECK(causes_of(stack.judge_all()) == Causes{"docker-tail-stalled-one-container"});
  }
}

TEST_CASE("The tailer itself tells how far it has read") {
  Stalled stack;
  stack.newest("cart/logs@docker", 10min);
  stack.shop_is_idle();
  stack.shop_has(2s, {9min, 5min});
  AlloyScraper scraper;
  scraper.targets = scraper.container_ids = 2;
  scraper.tailed = {{"shop-id0123456789abcdef", "", false, "1795351539"}, {"cart-id", "", true, ""}};
  stack.found("alloy_scraper", "docker", scraper);
  CHECK(causes_of(stack.judge_all()) == Causes{"docker-tail-stalled-one-container"});
  SECTION("what it has read is lost behind it") {
    scraper.tailed.front().read_offset = "1795352138";
    stack.found("alloy_scraper", "docker", scraper);
    CHECK(stack.judge_all().findings.empty());
  }
}

TEST_CASE("Where no container is read, the fault is not one of a single tail") {
  Stalled stack;
  stack.newest("cart/logs@docker", 10min);
  stack.shop_has(2s, {9min, 5min});
  stack.expect_always("shop/logs@docker");
  CHECK(causes_of(stack.judge_all()) == Causes{"scraper-tails-nothing"});
}

TEST_CASE("A single look at a silence that is a fault tells it too, and what it may be instead") {
  Stalled stack;
  stack.expect_always("shop/logs@docker");
  stack.shop_has(2s);
  const auto verdict = stack.judge_all();
  REQUIRE(causes_of(verdict) == Causes{"docker-tail-stalled-one-container"});
  CHECK(verdict.findings.front().alternatives == std::vector<std::string>{"app-idle"});
}

TEST_CASE("Loki that is down explains why Loki lacks what Docker has") {
  Stalled stack;
  stack.shop_has(2s, {9min, 5min});
  stack.failed("loki_ready", "loki:3100", Reason::refused);
  CHECK(causes_of(stack.judge_all()) == Causes{"backend-down"});
}

TEST_CASE("An application that exports what it does and has no line at Docker writes its log elsewhere") {
  Stalled stack;
  stack.expect_always("shop/logs@docker");
  SECTION("none at all") { stack.shop_has(std::nullopt); }
  SECTION("none since it was started") {
    stack.shop.started = now - 5min;
    stack.shop_has(10min);
  }
  const auto verdict = stack.judge_all();
  REQUIRE(causes_of(verdict) == Causes{"app-logs-not-on-stdout"});
  CHECK(verdict.findings.front().stage == Stage::source);
  CHECK(verdict.findings.front().alternatives.empty());
}

TEST_CASE("What an idle application does not write cannot be told from what it writes elsewhere") {
  Stalled stack;
  stack.expect_always("shop/logs@docker");
  SECTION("it has written something since it was started") { stack.shop_has(10min); }
  SECTION("only its metrics go on") {
    stack.shop_has(std::nullopt);
    stack.shop_is_idle();
  }
  const auto verdict = stack.judge_all();
  REQUIRE(causes_of(verdict) == Causes{"app-logs-not-on-stdout"});
  CHECK(verdict.findings.front().alternatives == std::vector<std::string>{"app-idle"});
}

TEST_CASE("A container that was only just started need not have a line yet") {
  Stalled stack;
  stack.expect_always("shop/logs@docker");
  stack.shop.started = now - 30s;
  stack.shop_has(10min);
  CHECK(stack.judge_all().findings.empty());
}

TEST_CASE("A log driver counts as unreadable when the engine says so, whatever its name") {
  Stalled stack;
  stack.expect_always("shop/logs@docker");
  ContainerLine line;
  line.container = "shop";
  SECTION("it refuses") {
    line.refusal = "configured logging driver does not support reading";
    stack.shop.log_driver = "a-plugin";
    stack.found("docker_lines", engine, ContainerLines{{line}});
    const auto verdict = stack.judge_all();
    REQUIRE(causes_of(verdict) == Causes{"docker-log-driver-unreadable"});
    CHECK(verdict.findings.front().evidence.front().find("does not support reading") != std::string::npos);
  }
  SECTION("it reads its own copy") {
    stack.shop.log_driver = "gelf";
    stack.shop_has(2s, {9min});
    CHECK(causes_of(stack.judge_all()) == Causes{"docker-tail-stalled-one-container"});
  }
}

namespace {

Scrape writer(double sent, double refused, double read, const std::string& outcome = "429") {
  return Scrape()
      .count(CounterKind::exporter_sent, loki_write, Signal::logs, sent)
      .count(CounterKind::scraper_entries, docker_source, Signal::logs, read)
      .attempts(loki_write, outcome, refused);
}

Scrape at_loki(double received, const std::string& reason, double discarded) {
  return Scrape()
      .count(CounterKind::backend_received, "loki", Signal::logs, received)
      .count(CounterKind::backend_discarded, "loki", Signal::logs, discarded, reason);
}

}  // namespace

TEST_CASE("A loki.write that one refused stream holds up blocks all containers") {
  Stalled stack;
  stack.newest("cart/logs@docker", 10min);
  stack.newest("shop/logs@backend", 10min);
  stack.shop_has(2s, {9min, 5min});
  SECTION("by a limit of that stream") {
    stack.scrapes({writer(100, 1, 50), writer(100, 3, 50), writer(100, 5, 50)});
    stack.backend("loki", "loki:3100", {at_loki(90, "stream_limit", 1), at_loki(90, "stream_limit", 3)});
    const auto verdict = stack.judge_all();
    REQUIRE(causes_of(verdict) == Causes{"loki-write-head-of-line-block"});
    const auto& finding = verdict.findings.front();
    CHECK(finding.stage == Stage::export_);
    CHECK(finding.subject == "gateway");
    CHECK(finding.targets.contains("shop/logs@docker"));
    CHECK(std::any_of(finding.consequences.begin(), finding.consequences.end(),
                      [](const auto& each) { return each.starts_with("loki-stream-limit: "); }));
    CHECK(finding.remedy.front().find("max_global_streams_per_user") != std::string::npos);
  }
  SECTION("a limit of the whole tenant stands for itself") {
    stack.scrapes({writer(100, 1, 50), writer(100, 3, 50), writer(100, 5, 50)});
    stack.backend("loki", "loki:3100", {at_loki(90, "rate_limited", 1), at_loki(90, "rate_limited", 3)});
    CHECK(causes_of(stack.judge_all()) == Causes{"loki-rate-limited"});
  }
  SECTION("no connection is no refusal") {
    stack.scrapes({writer(100, 1, 50, "-1"), writer(100, 3, 50, "-1"), writer(100, 5, 50, "-1")});
    CHECK(causes_of(stack.judge_all()) == Causes{"exporter-unreachable-retrying"});
  }
  SECTION("while containers are read nothing is blocked") {
    stack.scrapes({writer(100, 1, 50), writer(100, 3, 60), writer(100, 5, 70)});
    CHECK(causes_of(stack.judge_all()) == Causes{"exporter-rate-limited"});
  }
}

TEST_CASE("A log that is read again, and a last batch that is sent again, are no findings") {
  Stalled stack;
  const auto dropping = [](double dropped) {
    return Scrape()
        .count(CounterKind::exporter_sent, loki_write, Signal::logs, 100 + dropped)
        .count(CounterKind::exporter_failed, loki_write, Signal::logs, dropped, "ingester_error");
  };
  stack.scrapes({dropping(1), dropping(2), dropping(3)});
  stack.backend("loki", "loki:3100",
                {at_loki(90, "greater_than_max_sample_age", 1), at_loki(99, "greater_than_max_sample_age", 2)});
  SECTION("Loki has all that Docker has") {
    stack.shop_is_idle();
    stack.shop_has(10min);
    CHECK(stack.judge_all().findings.empty());
  }
  SECTION("Docker has lines that Loki lacks") {
    stack.shop_has(2s, {9min, 5min});
    CHECK(causes_of(stack.judge_all()) == Causes{"loki-too-old-or-behind"});
  }
  SECTION("nobody knows what Docker has") { CHECK(causes_of(stack.judge_all()) == Causes{"loki-too-old-or-behind"}); }
}

}  // namespace lgtmwatch
