// The route of a file that is tailed, in simulated time: lgtmwatch writes the file, the test tails it into Loki.
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "daemon/canary_keeper.hpp"
#include "tests/canary/simulated_stack.hpp"
#include "tests/support/run.hpp"

namespace {

namespace fs = std::filesystem;
using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

struct FileBench {
  FileBench() {
    std::string name = (fs::temp_directory_path() / "lgtmwatch-file-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder = name;
    auto route = simulated_route(Signal::logs, "app-files", CanaryEntrance::file, "http://loki:3100", "");
    route.file = path();
    route.is_own_file = true;
    auto shop = simulated_plan("shop");
    shop.canaries = {route};
    Plan plan;
    plan.stacks.push_back(shop);
    keeper.apply(plan);
  }
  ~FileBench() {
    keeper.cancel();
    settle(io);
    fs::remove_all(folder);
  }

  std::string path() const { return folder / "lgtmwatch.log"; }
  void wait(Duration time) { clock.advance(io, time); }
  CanaryRouteFacts facts() const { return keeper.facts("shop").front(); }
  // As a file source does, which gives each line the time at which it reads it.
  void tail(const std::string& prefix = "") {
    std::ifstream file(path());
    for (std::string line; std::getline(file, line);) {
      wire::LogEntry entry;
      entry.ns = clock.wall().time_since_epoch().count();
      entry.line = prefix + line;
      stack.store.logs.add({{"filename", path()}, {"job", "files"}}, entry);
    }
  }

  fs::path folder;
  ManualClock clock;
  boost::asio::io_context io{1};
  SimulatedStack stack{clock};
  SideWork lines{io.get_executor()};
  NoLedger ledger;
  CanaryKeeper keeper{io.get_executor(), CanaryOutside{Clients{stack, stack}, clock, &lines}, ledger,
                      [] { return "00000001"; }, rethrow};
};

TEST_CASE("A canary in a file that is tailed comes back, also where its line was wrapped") {
  FileBench bench;
  bench.keeper.begin(0);
  bench.wait(1s);
  bench.tail(GENERATE("", "app: "));
  bench.wait(10s);
  CHECK(bench.facts().tally[CanaryOutcome::visible] == 1);
  CHECK(bench.facts().tally.bytes > 60);
  CHECK(bench.facts().last->acknowledged);
  CHECK(bench.stack.writes == 0);
}

TEST_CASE("A canary in a file that nobody tails is lost, and one that cannot be written is rejected with the reason") {
  FileBench bench;
  SECTION("nobody tails") {
    bench.keeper.begin(0);
    bench.wait(11min);
    CHECK(bench.facts().tally[CanaryOutcome::lost] == 1);
  }
  SECTION("cannot be written") {
    std::ofstream(bench.path()) << "by somebody else\n";
    bench.keeper.begin(0);
    bench.wait(1s);
    CHECK(bench.facts().tally[CanaryOutcome::rejected] == 1);
    CHECK_THAT(bench.facts().last->trouble, Catch::EndsWith("so it is not its own"));
    CHECK(bench.stack.reads == 0);
  }
}

}  // namespace
