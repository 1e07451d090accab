#include "daemon/discovery.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "daemon/base/task_group.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

std::string targets_of(const std::string& stack) {
  return R"([{"targets":["loki:3100"],"labels":{"__lgtmwatch_stack__":")" + stack +
         R"(","__lgtmwatch_component__":"loki"}}])";
}

std::string stacks_in(const FoundTargets& found) {
  std::string names;
  for (const auto& [source, documents] : found)
    for (const auto& [document, targets] : documents)
      for (const auto& target : targets) names += (names.empty() ? "" : " ") + target.stack;
  return names;
}

// Discovery over files of a folder and one server; what it hands on is kept.
struct Bench {
  explicit Bench(DiscoveryPlan plan) : discovery(std::move(plan), {}, parts()) { tasks.spawn(discovery.run()); }
  ~Bench() {
    tasks.cancel();
    settle(io);
  }

  DiscoveryParts parts() {
    return {io.get_executor(), http, clock, log, self, [this](FoundTargets found) -> boost::asio::awaitable<void> {
              handed_on.push_back(stacks_in(found));
              co_return;
            }};
  }
  void pass(Duration time) { clock.advance(io, time); }

  ManualClock clock;
  FakeHttpClient http;
  Log log{LogLevel::error, LogFormat::logfmt};
  SelfMetrics self;
  std::vector<std::string> handed_on;
  boost::asio::io_context io{1};
  Discovery discovery;
  TaskGroup tasks{io.get_executor(), rethrow};
};

using HandedOn = std::vector<std::string>;

struct Files {
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder.file(name), std::ios::binary) << text;
  }
  void remove(const std::string& name) { std::filesystem::remove(folder.file(name)); }
  std::string path(const std::string& name) const { return folder.file(name); }
  DiscoveryPlan plan(const std::string& pattern) const { return {{{path(pattern), 5min}}, {}}; }

  TempDir folder;
};

DiscoveryPlan server() {
  const auto page = Page::parse("http://sd:1/stacks/?site=a").value();
  HttpDiscoveryPlan plan(page, Endpoint(page.server()));
  plan.refresh_interval = 60s;
  plan.timeout = 5s;
  return {{}, {plan}};
}

TEST_CASE("A file that appears, changes and is removed is noticed within five seconds") {
  Files files;
  files.write("a.json", targets_of("shop"));
  Bench bench(files.plan("*.json"));
  bench.pass(1s);
  CHECK(bench.handed_on == HandedOn{"shop"});
  files.write("b.json", targets_of("bank"));
  files.write("c.txt", "no file of targets");
  bench.pass(5s);
  CHECK(bench.handed_on.back() == "shop bank");
  files.write("a.json", targets_of("desk"));
  bench.pass(5s);
  CHECK(bench.handed_on.back() == "desk bank");
  files.remove("b.json");
  bench.pass(5s);
  CHECK(bench.handed_on == HandedOn{"shop", "shop bank", "desk bank", "desk"});
  bench.pass(10min);
  CHECK(bench.handed_on.size() == 4);
}

TEST_CASE("A file that cannot be used leaves what it said before, and the others count") {
  Files files;
  files.write("a.json", targets_of("shop"));
  Bench bench(files.plan("*.json"));
  bench.pass(1s);
  for (const std::string bad : {"", "[", "{}", "[{\"targets\":[\"x:1\"],\"labels\":{}}]"}) {
    files.write("a.json", bad);
    bench.pass(5s);
    CHECK(bench.self.discovery.at(files.path("*.json")) == false);
  }
  CHECK(bench.handed_on == HandedOn{"shop"});
  files.write("b.json", targets_of("bank"));
  bench.pass(5s);
  CHECK(bench.handed_on.back() == "shop bank");
  files.write("a.json", "[]");
  bench.pass(5s);
  CHECK(bench.handed_on.back() == "bank");
  CHECK(bench.self.discovery.at(files.path("*.json")));
}

TEST_CASE("A folder that is gone takes no stack with it, nor does a file that is named without a pattern") {
  Files files;
  std::filesystem::create_directory(files.path("d"));
  files.write("d/a.json", targets_of("shop"));
  for (const std::string pattern : {"d/*.json", "d/a.json"}) {
    files.write("d/a.json", targets_of("shop"));
    Bench bench(files.plan(pattern));
    bench.pass(1s);
    std::filesystem::rename(files.path("d"), files.path("e"));
    bench.pass(1min);
    CHECK(bench.handed_on == HandedOn{"shop"});
    CHECK_FALSE(bench.self.discovery.at(files.path(pattern)));
    std::filesystem::rename(files.path("e"), files.path("d"));
  }
}

TEST_CASE("A server is asked every minute, and one that fails takes no stack with it") {
  Bench bench(server());
  bench.http.answer("GET", "", 200, targets_of("shop"));
  bench.pass(1s);
  CHECK(bench.handed_on == HandedOn{"shop"});
  REQUIRE(bench.http.asked.size() == 1);
  CHECK(bench.http.asked[0].request.target == "/stacks/?site=a");
  bench.http.answer("GET", "", 200, targets_of("bank"));
  bench.pass(50s);
  CHECK(bench.http.asked.size() == 1);
  bench.pass(10s);
  CHECK(bench.handed_on == HandedOn{"shop", "bank"});
  bench.http.answer("GET", "", 503, "[]");
  bench.pass(2min);
  bench.http.fail("GET", "", Error(Phase::connect, Reason::refused, "refused"));
  bench.pass(2min);
  CHECK(bench.handed_on == HandedOn{"shop", "bank"});
  CHECK_FALSE(bench.self.discovery.at("http://sd:1/stacks/?site=a"));
  bench.http.answer("GET", "", 200, "[]");
  bench.pass(1min);
  CHECK(bench.handed_on.back().empty());
  CHECK(bench.self.discovery.at("http://sd:1/stacks/?site=a"));
}

TEST_CASE("After a reload it looks where the new configuration says, and forgets the rest") {
  Files files;
  files.write("a.json", targets_of("shop"));
  files.write("b.json", targets_of("bank"));
  Bench bench(files.plan("a*.json"));
  bench.pass(1s);
  bench.discovery.follow(files.plan("b*.json"));
  bench.pass(5s);
  CHECK(bench.handed_on == HandedOn{"shop", "bank"});
  CHECK_FALSE(bench.self.discovery.contains(files.path("a*.json")));
}

}  // namespace
