#include "daemon/alert/notifier.hpp"

#include <catch2/catch.hpp>

#include "tests/alert/destinations.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/run.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

using test::alertmanager;
using test::heartbeat;
using test::webhook;

struct Bench {
  explicit Bench(NotifyPlan plan_) : plan(std::move(plan_)) {
    http.answer("POST", "/", 200, "");
    http.answer("GET", "/ping", 200, "OK");
    notifier.start();
    test::settle(io);
  }
  ~Bench() {
    notifier.cancel();
    test::run_to_end(io, notifier.join());
  }

  void pass(Duration time) { test::pass(time, io, clock, night); }

  std::size_t asked(const std::string& address) const {
    return static_cast<std::size_t>(
        std::count_if(http.asked.begin(), http.asked.end(), [&](const auto& each) { return each.address == address; }));
  }

  NotifyPlan plan;
  boost::asio::io_context io{1};
  test::ManualClock clock;
  test::FakeHttpClient http;
  test::Night night;
  std::optional<std::string> stands;
  std::vector<std::string> logged;
  Notifier notifier{{io.get_executor(), http, clock,
                     [this] { return std::make_shared<const Snapshot>(night.snapshot()); }, [this] { return stands; },
                     [this](const Change& change) { logged.push_back(change.message); }, test::rethrow, ""},
                    plan};
};

NotifyPlan all_of_them() {
  NotifyPlan plan;
  plan.alertmanagers.push_back(alertmanager());
  plan.webhooks.push_back(webhook());
  plan.heartbeat = heartbeat();
  return plan;
}

}  // namespace

TEST_CASE("Alertmanager, webhook and heartbeat are told, each by its own rules") {
  Bench bench(all_of_them());
  bench.night.begins(test::finding("backend-down"));
  bench.pass(5min);
  CHECK(bench.asked("alertmanager:9093") == 5);  // after 16 s, and every minute
  CHECK(bench.asked("hooks.example:443") == 1);
  CHECK(bench.asked("hc.example:443") == 6);  // at once, and every minute
  const auto& counts = bench.notifier.tally().destinations;
  CHECK(counts.at("alertmanager-1").sent == 5);
  CHECK(counts.at("telephone").sent == 1);
  CHECK(counts.at("telephone").failed == 0);
  CHECK(bench.notifier.tally().heartbeat_success.has_value());
}

TEST_CASE("A destination that refuses is tried again ever more seldom, and told when it takes it") {
  Bench bench(all_of_them());
  bench.http.answer("POST", "/hook", 503, "busy");
  bench.night.begins(test::finding("backend-down"));
  bench.pass(5min);
  const auto failed = bench.notifier.tally().destinations.at("telephone").failed;
  CHECK(failed >= 6);  // after 5, 10, 20, 40, 60, 60 s
  CHECK(failed <= 8);
  CHECK(bench.logged == std::vector<std::string>{"a destination of notifications cannot be told, and is tried again"});
  bench.http.answer("POST", "/hook", 200, "");
  bench.pass(2min);
  const auto& counts = bench.notifier.tally().destinations.at("telephone");
  CHECK(counts.sent == counts.failed + 1);
  CHECK(bench.logged.back() == "a destination of notifications is told again");
}

TEST_CASE("A destination that hangs holds up no other") {
  Bench bench(all_of_them());
  bench.http.hang("POST", "/hook");
  bench.night.begins(test::finding("backend-down"));
  bench.pass(3min);
  CHECK(bench.http.hanging == 1);
  CHECK(bench.asked("alertmanager:9093") == 3);
}

TEST_CASE("The heartbeat stops where lgtmwatch does not keep up, and says so where somebody is to be told") {
  auto plan = all_of_them();
  Bench silent(plan);
  silent.pass(2min);
  const auto before = silent.asked("hc.example:443");
  silent.stands = "the probe home/loki_ready/loki has not ended for 4m, its interval is 15s";
  silent.pass(5min);
  CHECK(silent.asked("hc.example:443") == before);

  plan.heartbeat->fail_endpoint = test::endpoint("https://fail.example");
  plan.heartbeat->fail_target = Secret("/ping/fail");
  Bench telling(plan);
  telling.stands = silent.stands;
  telling.pass(2min);
  CHECK(telling.asked("hc.example:443") == 1);  // the first, before anything stood
  REQUIRE(telling.asked("fail.example:443") >= 1);
  CHECK(telling.http.asked.back().request.body == *silent.stands);
}

TEST_CASE("A reload tells nothing twice, and new destinations everything") {
  Bench bench(all_of_them());
  bench.night.begins(test::finding("backend-down"));
  bench.pass(1min);
  auto plan = all_of_them();
  plan.webhooks.push_back(webhook());
  plan.webhooks.back().name = "second";
  plan.webhooks.back().target = Secret("/second");
  test::run_to_end(bench.io, bench.notifier.apply(plan));
  bench.pass(1min);
  CHECK(bench.notifier.tally().destinations.at("telephone").sent == 1);
  CHECK(bench.notifier.tally().destinations.at("second").sent == 1);
}

}  // namespace lgtmwatch
