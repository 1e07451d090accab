#include "daemon/service_manager.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <catch2/catch.hpp>
#include <map>

#include "daemon/base/task_group.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

using Words = std::vector<std::string>;

// A service manager that keeps what it is told.
struct Bench {
  Bench() { socket.non_blocking(true); }

  ServiceManager manager() {
    return ServiceManager([this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    });
  }

  void attend(const ServiceManager& manager) {
    tasks.spawn(manager.attend(clock, [this] { return stands; }));
    settle(io);
  }

  Words told() {
    Words words;
    std::array<char, 500> buffer{};
    boost::system::error_code code;
    while (true) {
      const auto size = socket.receive(asio::buffer(buffer), 0, code);
      if (code) return words;
      words.emplace_back(buffer.data(), size);
    }
  }

  asio::io_context io;
  TempDir folder;
  asio::local::datagram_protocol::socket socket{io, asio::local::datagram_protocol::endpoint(folder.file("notify"))};
  std::map<std::string, std::string> variables{{"NOTIFY_SOCKET", folder.file("notify")}, {"WATCHDOG_USEC", "8000000"}};
  ManualClock clock;
  std::optional<std::string> stands;
  TaskGroup tasks{io.get_executor(), rethrow};
};

asio::awaitable<std::optional<std::string>> reload_that_says(Bench& bench, Words& before) {
  before = bench.told();
  co_return std::nullopt;
}

TEST_CASE("a service manager is told of the start, is fed, and is told of the end") {
  Bench bench;
  const auto manager = bench.manager();
  bench.attend(manager);
  CHECK(bench.told() == Words{"READY=1", "WATCHDOG=1"});
  bench.clock.advance(bench.io, 8s);
  CHECK(bench.told() == Words{"WATCHDOG=1", "WATCHDOG=1"});
  bench.tasks.cancel();
  settle(bench.io);
  CHECK(bench.told() == Words{"STOPPING=1"});
}

TEST_CASE("a watchdog is not fed while a probe stands, and is told which") {
  Bench bench;
  const auto manager = bench.manager();
  bench.attend(manager);
  bench.told();
  bench.stands = "the probe a has not ended";
  bench.clock.advance(bench.io, 20s);
  CHECK(bench.told() == Words{"STATUS=the probe a has not ended"});
  bench.stands.reset();
  bench.clock.advance(bench.io, 4s);
  CHECK(bench.told() == Words{"WATCHDOG=1", "STATUS=every probe keeps up"});
  bench.tasks.cancel();
  settle(bench.io);
}

TEST_CASE("a reload is told at its beginning and at its end") {
  Bench bench;
  const auto manager = bench.manager();
  Words before;
  run_to_end(bench.io, manager.while_reloading(reload_that_says(bench, before)));
  CHECK(before == Words{"RELOADING=1"});
  CHECK(bench.told() == Words{"READY=1"});
}

TEST_CASE("a watchdog of another process, or none, is not fed") {
  Bench bench;
  SECTION("of another") { bench.variables["WATCHDOG_PID"] = "1"; }
  SECTION("none") { bench.variables.erase("WATCHDOG_USEC"); }
  const auto manager = bench.manager();
  bench.attend(manager);
  bench.clock.advance(bench.io, 60s);
  CHECK(bench.told() == Words{"READY=1"});
  bench.tasks.cancel();
  settle(bench.io);
}

TEST_CASE("a watchdog of this process is fed") {
  Bench bench;
  bench.variables["WATCHDOG_PID"] = std::to_string(getpid());
  const auto manager = bench.manager();
  bench.attend(manager);
  CHECK(bench.told() == Words{"READY=1", "WATCHDOG=1"});
  bench.tasks.cancel();
  settle(bench.io);
}

TEST_CASE("without a service manager nothing is told, and nothing waits") {
  Bench bench;
  bench.variables.clear();
  const auto manager = bench.manager();
  bench.attend(manager);
  CHECK(bench.tasks.size() == 0);
  CHECK(bench.told().empty());
}

}  // namespace
