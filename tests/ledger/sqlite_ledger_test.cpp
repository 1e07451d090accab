#include "daemon/ledger/sqlite_ledger.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/full_disk.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

KeptRoute route_named(const std::string& name, std::uint64_t written) {
  KeptRoute route;
  route.name = {"shop", Signal::logs, name};
  route.next_sequence = written + 1;
  route.tally.written = written;
  return route;
}

KeptCanary canary_of(const KeptRoute& route, std::uint64_t sequence) {
  KeptCanary canary;
  canary.route = route.name;
  canary.run = "3f9c01ab";
  canary.sequence = sequence;
  canary.written = WallTime(1'795'352'139'123'456'789ns);
  canary.read_from = " http://loki:3100";
  return canary;
}

struct Bench {
  Bench() : file(folder.file("canaries.db")) {}

  Result<std::unique_ptr<SqliteLedger>> open() const { return SqliteLedger::open(file, clock); }
  void run(const std::string& statement) const { (void)Database::open(file).value().run(statement).value(); }

  TempDir folder;
  std::string file;
  ManualClock clock;
  boost::asio::io_context io{1};
};

TEST_CASE("A ledger is read back as it was kept") {
  const Bench bench;
  auto route = route_named("backend", 9);
  route.tally.bytes = 4321;
  route.tally.adopted = 2;
  route.tally.series = 3;
  route.tally.reads = 21;
  route.tally.looks["13h"][CanaryLookResult::missing] = 4;
  route.tally[CanaryOutcome::visible] = 6;
  route.tally[CanaryOutcome::unacknowledged] = 1;
  route.tally.write_seconds.observe(7ms);
  route.tally.write_seconds.observe(2s);
  route.tally.visible_seconds[CanaryRead::query].observe(1100ms);
  auto seen = canary_of(route, 8);
  seen.age = 17s;
  seen.form = CanaryForm::large;
  seen.state = CanaryState{true, true, true, 3500ms};
  const auto unseen = canary_of(route, 9);
  {
    const auto ledger = bench.open().value();
    ledger->keep(route, seen);
    ledger->keep(route, unseen);
    CHECK_FALSE(ledger->health().trouble);
  }
  const auto kept = bench.open().value()->kept();
  REQUIRE(kept.routes.size() == 1);
  const auto& [name, next_sequence, tally] = kept.routes.front();
  CHECK(name == route.name);
  CHECK(next_sequence == 10);
  CHECK(tally.written == 9);
  CHECK(tally.bytes == 4321);
  CHECK(tally.adopted == 2);
  CHECK(tally.series == 3);
  CHECK(tally.reads == 21);
  CHECK(tally.looks.at("13h")[CanaryLookResult::missing] == 4);
  CHECK(tally.outcomes == route.tally.outcomes);
  CHECK(tally.write_seconds.counts == route.tally.write_seconds.counts);
  CHECK(tally.write_seconds.sum == route.tally.write_seconds.sum);
  REQUIRE(tally.visible_seconds.size() == 1);
  CHECK(tally.visible_seconds.at(CanaryRead::query).count == 1);
  REQUIRE(kept.canaries.size() == 2);
  CHECK(kept.canaries[0].route == seen.route);
  CHECK(kept.canaries[0].run == "3f9c01ab");
  CHECK(kept.canaries[0].sequence == 8);
  CHECK(kept.canaries[0].written == seen.written);
  CHECK(kept.canaries[0].form == CanaryForm::large);
  CHECK(kept.canaries[0].age == 17s);
  CHECK(kept.canaries[0].read_from == seen.read_from);
  CHECK(kept.canaries[0].state == seen.state);
  CHECK(kept.canaries[1].state == CanaryState());
}

TEST_CASE("What is settled leaves its tally alone, and a route that is forgotten nothing") {
  const Bench bench;
  auto stays = route_named("backend", 1);
  const auto goes = route_named("mobile", 1);
  {
    const auto ledger = bench.open().value();
    ledger->keep(stays, canary_of(stays, 1));
    ledger->keep(goes, canary_of(goes, 1));
    ++stays.tally[CanaryOutcome::lost];
    ledger->settle(stays, canary_of(stays, 1));
    ledger->forget_all_but({stays.name});
  }
  const auto kept = bench.open().value()->kept();
  CHECK(kept.canaries.empty());
  REQUIRE(kept.routes.size() == 1);
  CHECK(kept.routes.front().name == stays.name);
  CHECK(kept.routes.front().tally[CanaryOutcome::lost] == 1);
}

OldCanary old_canary(Duration age) {
  OldCanary canary;
  canary.run = "3f9c01ab";
  canary.sequence = 7;
  canary.written = WallTime(1'795'352'139'123'456'789ns) - age;
  canary.read_from = " http://loki:3100";
  canary.judged_at = 1h;
  return canary;
}

TEST_CASE("Canaries that are remembered are read back, the oldest first, until they are forgotten") {
  const Bench bench;
  const auto route = route_named("backend", 1);
  auto older = old_canary(2h);
  {
    const auto ledger = bench.open().value();
    ledger->keep(route, canary_of(route, 1));
    ledger->keep_old(route.name, old_canary(1h));
    ledger->keep_old(route.name, older);
    ledger->keep_old(route.name, old_canary(3h));
    older.judged_at = 13h;
    ledger->keep_old(route.name, older);
    ledger->forget_old(route.name, old_canary(3h));
  }
  const auto kept = bench.open().value()->kept();
  REQUIRE(kept.old.size() == 2);
  CHECK(kept.old[0] == std::pair(route.name, older));
  CHECK(kept.old[1] == std::pair(route.name, old_canary(1h)));
  bench.open().value()->forget_all_but({});
  CHECK(bench.open().value()->kept().old.empty());
}

TEST_CASE("A file of the version before is taken over, with what it holds") {
  const Bench bench;
  const auto route = route_named("backend", 1);
  bench.open().value()->keep(route, canary_of(route, 1));
  bench.run("DROP TABLE old_canaries");
  bench.run("PRAGMA user_version = 1");
  {
    const auto ledger = bench.open().value();
    CHECK(ledger->kept().canaries.size() == 1);
    ledger->keep_old(route.name, old_canary(1h));
    CHECK_FALSE(ledger->health().trouble);
  }
  CHECK(bench.open().value()->kept().old.size() == 1);
}

TEST_CASE("The file does not grow with the number of canaries") {
  const Bench bench;
  const auto ledger = bench.open().value();
  const auto size_after = [&](std::uint64_t first, std::uint64_t last) {
    for (auto sequence = first; sequence <= last; ++sequence) {
      auto route = route_named("backend", sequence);
      ledger->keep(route, canary_of(route, sequence));
      ledger->settle(route, canary_of(route, sequence));
    }
    return std::filesystem::file_size(bench.file) + std::filesystem::file_size(bench.file + "-wal");
  };
  const auto early = size_after(1, 500);
  CHECK(size_after(501, 1500) <= early + 65536);
}

TEST_CASE("A file that cannot be used is refused with what to do") {
  const Bench bench;
  SECTION("of a newer version") {
    (void)bench.open().value();
    bench.run("PRAGMA user_version = 7");
    const auto ledger = bench.open();
    REQUIRE(ledger.has_error());
    CHECK_THAT(ledger.error().what, Contains("canaries.db is of version 7, and this lgtmwatch knows version 2"));
    CHECK_THAT(ledger.error().hint, Contains("use the lgtmwatch that wrote it, or move the file away"));
  }
  SECTION("of somebody else") {
    bench.run("CREATE TABLE addresses (street TEXT)");
    const auto ledger = bench.open();
    REQUIRE(ledger.has_error());
    CHECK_THAT(ledger.error().what, Contains("no ledger of lgtmwatch"));
  }
  SECTION("no database") {
    std::ofstream(bench.file) << std::string(5000, 'x');
    const auto ledger = bench.open();
    REQUIRE(ledger.has_error());
    CHECK_THAT(ledger.error().what, Contains("canaries.db: file is not a database"));
    CHECK_THAT(ledger.error().hint, Contains("move the file away"));
  }
  SECTION("with pages overwritten") {
    {
      const auto ledger = bench.open().value();
      const auto route = route_named("backend", 300);
      for (std::uint64_t sequence = 1; sequence <= 300; ++sequence) ledger->keep(route, canary_of(route, sequence));
    }
    std::fstream(bench.file).seekp(4096) << std::string(8192, 'x');
    const auto ledger = bench.open();
    REQUIRE(ledger.has_error());
    CHECK_THAT(ledger.error().hint, Contains("move the file away"));
  }
  SECTION("with a tally that is none") {
    (void)bench.open().value();
    bench.run("INSERT INTO routes VALUES ('shop', 'logs', 'backend', 2, '{\"written\":-1}')");
    const auto ledger = bench.open();
    REQUIRE(ledger.has_error());
    CHECK_THAT(ledger.error().what, Contains("written: expected a count"));
  }
  SECTION("used by another") {
    const auto other = bench.open().value();
    const auto ledger = bench.open();
    REQUIRE(ledger.has_error());
    CHECK_THAT(ledger.error().what, Contains("database is locked"));
    CHECK_THAT(ledger.error().hint, Contains("another lgtmwatch uses it"));
  }
}

TEST_CASE("While the disk is full the ledger says so, and afterwards holds all that happened meanwhile") {
  Bench bench;
  {
    const auto ledger = bench.open().value();
    auto route = route_named("backend", 1);
    ledger->keep(route, canary_of(route, 1));
    {
      const FullDisk full(std::filesystem::file_size(bench.file + "-wal"));
      ++route.tally[CanaryOutcome::visible];
      ledger->settle(route, canary_of(route, 1));
      CHECK(ledger->health().failed_writes == 1);
      REQUIRE(ledger->health().trouble);
      CHECK_FALSE(ledger->health().trouble->hint.empty());
      route = route_named("backend", 2);
      route.tally[CanaryOutcome::visible] = 1;
      ledger->keep(route, canary_of(route, 2));
      bench.clock.advance(bench.io, 6s);
      ledger->keep(route, canary_of(route, 2));
      CHECK(ledger->health().failed_writes == 2);
    }
    bench.clock.advance(bench.io, 6s);
    route.next_sequence = 4;
    route.tally.written = 3;
    ledger->keep(route, canary_of(route, 3));
    CHECK(ledger->health().failed_writes == 2);
    CHECK_FALSE(ledger->health().trouble);
  }
  const auto kept = bench.open().value()->kept();
  REQUIRE(kept.routes.size() == 1);
  CHECK(kept.routes.front().tally.written == 3);
  REQUIRE(kept.canaries.size() == 2);
  CHECK(kept.canaries[0].sequence == 2);
  CHECK(kept.canaries[1].sequence == 3);
}

}  // namespace
