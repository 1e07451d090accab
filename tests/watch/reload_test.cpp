#include "daemon/reload.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "daemon/base/task_group.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

const std::string yaml =
    "stacks: [ { name: shop, loki: { url: 'http://a:1', auth: { bearer_token_file: /token } } } ]\n";

// A daemon's configuration over a table of files that the test changes.
struct Bench {
  Bench() {
    self.config_last_reload_success = clock.wall();
    tasks.spawn(reloader.run());
    tasks.spawn(reloader.look_at_files());
    settle(io);
  }
  ~Bench() {
    tasks.cancel();
    settle(io);
  }

  Environment environment() {
    return {[](const std::string&) { return std::nullopt; },
            [this](const std::string& path) -> Result<std::string> {
              const auto found = files.find(path);
              if (found != files.end()) return found->second;
              return Error(Phase::content, Reason::not_found, "no such file");
            }};
  }
  boost::asio::awaitable<void> apply(const LoadedConfig& config) {
    std::string stacks;
    for (const auto& stack : config.plan->stacks)
      stacks += stack.name + " " + stack.loki->endpoint.headers.at(0).value.reveal() + "\n";
    applied.push_back(stacks);
    co_return;
  }
  boost::asio::awaitable<std::optional<std::string>> take_web() { co_return wrong_with_web; }
  boost::asio::awaitable<void> take_web_files() {
    ++looks_at_web_files;
    co_return;
  }
  std::optional<std::string> reload() { return run_to_end(io, reloader.reload()); }
  void pass(Duration time) { clock.advance(io, time); }

  ManualClock clock;
  std::map<std::string, std::string> files{{"/lgtmwatch.yaml", yaml}, {"/token", "old"}};
  std::vector<std::string> applied;
  std::optional<std::string> wrong_with_web;
  int looks_at_web_files = 0;
  Log log{LogLevel::error, LogFormat::logfmt};
  SelfMetrics self;
  boost::asio::io_context io{1};
  Reloader reloader{read_config_file("/lgtmwatch.yaml", environment()).value(),
                    {io.get_executor(),
                     io.get_executor(),
                     clock,
                     log,
                     self,
                     [this](const LoadedConfig& config) { return apply(config); },
                     {[this] { return take_web(); }, [this] { return take_web_files(); }}}};
  TaskGroup tasks{io.get_executor(), rethrow};
};

using Applied = std::vector<std::string>;

TEST_CASE("Files that do not change change nothing") {
  Bench bench;
  bench.pass(1min);
  CHECK(bench.applied.empty());
  CHECK(bench.looks_at_web_files == 12);
}

TEST_CASE("A secret that changed is taken within five seconds, and once") {
  Bench bench;
  bench.files["/token"] = "new\n";
  bench.pass(5s);
  CHECK(bench.applied == Applied{"shop Bearer new\n"});
  bench.pass(1min);
  CHECK(bench.applied.size() == 1);
}

TEST_CASE("A secret that is gone or empty leaves the old one in force, until it can be read again") {
  Bench bench;
  bench.files["/token"] = "";
  bench.pass(1min);
  bench.files.erase("/token");
  bench.pass(1min);
  CHECK(bench.applied.empty());
  bench.files["/token"] = "new";
  bench.pass(5s);
  CHECK(bench.applied == Applied{"shop Bearer new\n"});
}

TEST_CASE("A secret that comes back as it was changes nothing") {
  Bench bench;
  bench.files.erase("/token");
  bench.pass(1min);
  bench.files["/token"] = "old";
  bench.pass(1min);
  CHECK(bench.applied.empty());
}

TEST_CASE("A configuration that was changed and not reloaded is not taken with a changed secret") {
  Bench bench;
  bench.files["/lgtmwatch.yaml"] = "broken: [";
  bench.files["/token"] = "new";
  bench.pass(5s);
  CHECK(bench.applied == Applied{"shop Bearer new\n"});
}

TEST_CASE("A reload takes the configuration as it is written now, and says when") {
  Bench bench;
  bench.files["/lgtmwatch.yaml"] = "stacks: [ { name: desk, loki: { url: 'http://b:1', headers: { a: b } } } ]\n";
  bench.pass(3s);
  CHECK(bench.reload() == std::nullopt);
  CHECK(bench.applied == Applied{"desk b\n"});
  CHECK(bench.self.config_last_reload_successful);
  CHECK(bench.self.config_last_reload_success == bench.clock.wall());
}

TEST_CASE("A broken configuration is refused with its errors and without its secrets") {
  Bench bench;
  const auto success = bench.self.config_last_reload_success;
  bench.files["/lgtmwatch.yaml"] = "stacks: [ { name: shop, lokki: 1, loki: { auth: { bearer_token: geheim } } } ]\n";
  bench.pass(3s);
  const auto problem = bench.reload();
  REQUIRE(problem);
  CHECK_THAT(*problem, Contains("/lgtmwatch.yaml:1:25: error: stacks[0].lokki: unknown key 'lokki'"));
  CHECK_THAT(*problem, Contains("the key 'url' is missing"));
  CHECK_THAT(*problem, !Contains("geheim"));
  CHECK(bench.applied.empty());
  CHECK_FALSE(bench.self.config_last_reload_successful);
  CHECK(bench.self.config_last_reload_success == success);
}

TEST_CASE("After a reload that was refused the old configuration goes on, with its secrets looked at") {
  Bench bench;
  bench.files["/lgtmwatch.yaml"] = "stacks: []\n";
  CHECK(bench.reload());
  bench.files["/token"] = "new";
  bench.pass(5s);
  CHECK(bench.applied == Applied{"shop Bearer new\n"});
  bench.files["/lgtmwatch.yaml"] = yaml;
  CHECK_FALSE(bench.reload());
  CHECK(bench.self.config_last_reload_successful);
}

TEST_CASE("A configuration file that is gone is a reload that failed") {
  Bench bench;
  bench.files.erase("/lgtmwatch.yaml");
  CHECK(bench.reload() == "no such file\n");
  CHECK_FALSE(bench.self.config_last_reload_successful);
}

FoundTargets targets_of(const std::vector<std::string>& stacks) {
  FoundTargets found;
  for (const auto& stack : stacks)
    found["s"]["a.json"].push_back({"a.json[0]", stack, "loki", "http://l:1", "t", "", "", ""});
  return found;
}

TEST_CASE("Stacks that are found are taken beside those that are listed, and once") {
  Bench bench;
  run_to_end(bench.io, bench.reloader.take(targets_of({"bank"})));
  CHECK(bench.applied == Applied{"shop Bearer old\nbank t\n"});
  CHECK(bench.self.discovered_stacks == 1);
  run_to_end(bench.io, bench.reloader.take(targets_of({"bank"})));
  CHECK(bench.applied.size() == 1);
}

TEST_CASE("Stacks that were found stay over a reload and a new secret") {
  Bench bench;
  run_to_end(bench.io, bench.reloader.take(targets_of({"bank"})));
  CHECK(bench.reload() == std::nullopt);
  CHECK(bench.applied.back() == "shop Bearer old\nbank t\n");
  bench.files["/token"] = "new";
  bench.pass(5s);
  CHECK(bench.applied.back() == "shop Bearer new\nbank t\n");
}

TEST_CASE("Found stacks that cannot be used leave those before in force") {
  Bench bench;
  run_to_end(bench.io, bench.reloader.take(targets_of({"bank"})));
  run_to_end(bench.io, bench.reloader.take(targets_of({"bank", "shop"})));
  CHECK(bench.applied.size() == 1);
  CHECK(bench.self.discovered_stacks == 1);
  CHECK(bench.self.config_last_reload_successful);
}

TEST_CASE("A web configuration that cannot be used holds up the whole reload") {
  Bench bench;
  bench.wrong_with_web = "web.yml:1:1: error: nothing\n";
  CHECK(bench.reload() == "web.yml:1:1: error: nothing\n");
  CHECK_FALSE(bench.self.config_last_reload_successful);
  CHECK(bench.applied.empty());
  bench.wrong_with_web.reset();
  CHECK(bench.reload() == std::nullopt);
  CHECK(bench.self.config_last_reload_successful);
  CHECK(bench.applied.size() == 1);
}

TEST_CASE("Reloads that are asked for at the same time are done one after the other, and each is answered") {
  Bench bench;
  std::optional<std::optional<std::string>> first, second;
  bench.tasks.spawn(keep_value(bench.reloader.reload(), first));
  bench.tasks.spawn(keep_value(bench.reloader.reload(), second));
  settle(bench.io);
  REQUIRE(first);
  REQUIRE(second);
  CHECK_FALSE(first->has_value());
  CHECK_FALSE(second->has_value());
  CHECK(bench.applied.size() == 2);
}

}  // namespace
