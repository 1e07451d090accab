#include "daemon/history/history_keeper.hpp"

#include <boost/asio/thread_pool.hpp>
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/history/support.hpp"
#include "tests/support/full_disk.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

// A process that watches the shop, from its start to its end.
struct Run {
  explicit Run(const std::string& file)
      : keeper(file, {disk.get_executor(), clock, [this] { return std::make_shared<Snapshot>(shop.snapshot()); },
                      [this](const Change& change) { logged.push_back(change); }}) {}

  void finish() { run_to_end(io, keeper.finish()); }

  SystemClock clock;
  Shop shop;
  std::vector<Change> logged;
  boost::asio::io_context io{1};
  boost::asio::thread_pool disk{1};
  HistoryKeeper keeper;
};

TEST_CASE("An incident that is open at the end of a process is the same in the next") {
  const TempDir folder;
  {
    Run first(folder.file("history.db"));
    first.shop.begins(finding("backend-down"));
    first.finish();
  }
  Run second(folder.file("history.db"));
  CHECK(only(second.keeper.history().incidents).is_open());
  second.shop.at += 1h;
  second.shop.begins(finding("backend-down"));
  second.finish();
  CHECK(only(second.keeper.history().incidents).opened == noon);
  CHECK(only(second.keeper.history().incidents).events.size() == 2);
  CHECK(second.logged.empty());
}

TEST_CASE("What cannot be written is told once, kept in memory, and written later") {
  const TempDir folder;
  {
    Run run(folder.file("history.db"));
    run.finish();
    {
      const FullDisk full(0);
      run.shop.begins(finding("backend-down"));
      run.finish();
      run.finish();
    }
    REQUIRE(run.logged.size() == 1);
    CHECK(run.logged[0].message == "the history of incidents cannot be written, and is tried again");
    CHECK(run.keeper.writes().failures() == 2);
    run.finish();
    REQUIRE(run.logged.size() == 2);
    CHECK(run.logged[1].message == "the history of incidents is written again");
  }
  CHECK(HistoryFile::open(folder.file("history.db")).value()->read().value().incidents.size() == 1);
}

TEST_CASE("Without a file the history is in memory") {
  Run run("");
  run.shop.begins(finding("backend-down"));
  run.finish();
  CHECK(only(run.keeper.history().incidents).is_open());
  CHECK(run.keeper.writes().failures() == 0);
}

TEST_CASE("A damaged file is left as it is, and told; the history goes on in memory") {
  const TempDir folder;
  std::ofstream(folder.file("history.db")) << std::string(5000, 'x');
  Run run(folder.file("history.db"));
  run.shop.begins(finding("backend-down"));
  run.finish();
  CHECK(only(run.keeper.history().incidents).is_open());
  REQUIRE(run.logged.size() == 1);
  CHECK(run.logged[0].level == Change::Level::error);
  CHECK(run.logged[0].message == "the history of incidents cannot be used, and is kept in memory only");
  CHECK_THAT(run.logged[0].fields[0].second, Contains("--storage.path: ") && Contains("file is not a database"));
  CHECK(run.keeper.writes().failures() == 1);
  CHECK(std::ifstream(folder.file("history.db")).get() == 'x');
}

}  // namespace
