#include "daemon/history/history_file.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "daemon/history/incident_text.hpp"
#include "tests/history/support.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

Incident incident(std::uint64_t id) {
  Incident made;
  made.id = id;
  made.stack = "shop \"ü\"";
  made.first = finding("backend-down", "at noon");
  made.last = finding("backend-down", "later");
  made.last.signals = {};
  made.opened = noon + 123ms;
  made.add_event(noon, "opened");
  return made;
}

struct Bench {
  Bench() : file(folder.file("history.db")) {}

  std::unique_ptr<HistoryFile> open() const { return HistoryFile::open(file).value(); }
  KeptHistory kept() const { return open()->read().value(); }
  void write(const HistoryChanges& changes) const { open()->write(changes).value(); }
  void run(const std::string& statement) const { (void)Database::open(file).value().run(statement).value(); }
  std::uintmax_t size() const { return std::filesystem::file_size(file); }

  TempDir folder;
  std::string file;
};

HistoryChanges changes(std::vector<Incident> incidents, WallTime watched_until,
                       std::set<std::uint64_t> forgotten = {}) {
  HistoryChanges made;
  made.incidents = std::move(incidents);
  made.forgotten = std::move(forgotten);
  made.watched_until = watched_until;
  return made;
}

TEST_CASE("Incidents are read back as they were written, and until when somebody watched") {
  const Bench bench;
  CHECK(bench.kept().incidents.empty());
  CHECK_FALSE(bench.kept().watched_until);
  auto closed = incident(8);
  closed.closed = noon + 2h;
  closed.left_out = 3;
  bench.write(changes({closed, incident(7)}, noon + 3h));
  const auto kept = bench.kept();
  CHECK(kept.watched_until == noon + 3h);
  REQUIRE(kept.incidents.size() == 2);
  const auto& read = kept.incidents[1];
  CHECK(read.id == 8);
  CHECK(read.stack == "shop \"ü\"");
  CHECK(read.opened == noon + 123ms);
  CHECK(read.closed == noon + 2h);
  CHECK(incident_text(read) == incident_text(closed));
  CHECK(kept.incidents[0].is_open());
}

TEST_CASE("What is written again replaces what was there, and what is forgotten is gone") {
  const Bench bench;
  bench.write(changes({incident(1), incident(2)}, noon));
  auto closed = incident(2);
  closed.closed = noon + 1h;
  bench.write(changes({closed}, noon + 1h, {1}));
  REQUIRE(bench.kept().incidents.size() == 1);
  CHECK(bench.kept().incidents[0].closed == noon + 1h);
}

TEST_CASE("The file does not grow with the number of incidents that were forgotten") {
  const Bench bench;
  const auto churn = [&](std::uint64_t first, std::uint64_t last) {
    const auto file = bench.open();
    for (auto id = first; id <= last; ++id) file->write(changes({incident(id)}, noon, {id - 1})).value();
  };
  churn(1, 50);
  const auto early = bench.size();
  churn(51, 300);
  CHECK(bench.size() <= early + 65536);
  CHECK(bench.kept().incidents.size() == 1);
}

TEST_CASE("Availability is read back as it was written, and what is forgotten is gone") {
  const Bench bench;
  WatchedSeries series;
  series.past.add(noon, noon + 1h, Standing::healthy);
  series.past.add(noon + 2h, noon + 3h, Standing::degraded);
  series.standing = Standing::maintenance;
  series.since = noon + 3h;
  HistoryChanges written;
  written.series = {{{"shop"}, series}, {{"shop", Signal::logs, "a@b"}, series}};
  bench.write(written);
  const auto read = bench.kept().series;
  REQUIRE(read.size() == 2);
  const auto& path = read.at({"shop", Signal::logs, "a@b"});
  CHECK(path.standing == Standing::maintenance);
  CHECK(path.since == noon + 3h);
  CHECK(path.past.over(4h, noon + 4h).spent == series.past.over(4h, noon + 4h).spent);
  HistoryChanges forgotten;
  forgotten.forgotten_series = {{"shop"}};
  bench.write(forgotten);
  CHECK(bench.kept().series.size() == 1);
}

std::string refusal(const Bench& bench) {
  const auto file = HistoryFile::open(bench.file);
  if (!file) return file.error().what + "; " + file.error().hint;
  const auto kept = (*file)->read();
  return kept ? "none" : kept.error().what + "; " + kept.error().hint;
}

TEST_CASE("A history that cannot be used is refused with what to do") {
  const Bench bench;
  SECTION("no database") {
    std::ofstream(bench.file) << std::string(5000, 'x');
    CHECK_THAT(refusal(bench), Contains("history.db: file is not a database; move the file away"));
  }
  SECTION("of a newer version") {
    (void)bench.open();
    bench.run("PRAGMA user_version = 7");
    CHECK_THAT(refusal(bench), Contains("is of version 7, and this lgtmwatch knows version 1; use the lgtmwatch that"));
  }
  SECTION("of somebody else") {
    bench.run("CREATE TABLE addresses (street TEXT)");
    CHECK_THAT(refusal(bench), Contains("no history of lgtmwatch; move the file away"));
  }
  SECTION("with an incident that is none") {
    (void)bench.open();
    const auto document = GENERATE(as<std::string>(), "{}", "no JSON", "{\"first\":{\"cause\":1}}");
    bench.run("INSERT INTO incidents VALUES (5, 'shop', 0, NULL, '" + document + "')");
    CHECK_THAT(refusal(bench), Contains("the history has an incident 5 that cannot be read: "));
  }
  SECTION("with an availability that is none") {
    (void)bench.open();
    const auto values = GENERATE(as<std::string>(), "'odd', '', 'healthy', 0, '[]'", "'', '', 'odd', 0, '[]'",
                                 "'logs', '', 'healthy', 0, '[[1,2,3]]'", "'logs', '', 'healthy', 0, 'x'");
    bench.run("INSERT INTO availability VALUES ('shop', " + values + ")");
    CHECK_THAT(refusal(bench), Contains("the history has an availability that cannot be read: "));
  }
  SECTION("with pages overwritten") {
    std::vector<Incident> many;
    for (std::uint64_t id = 1; id <= 100; ++id) many.push_back(incident(id));
    bench.write(changes(many, noon));
    std::fstream(bench.file).seekp(8192) << std::string(16384, 'x');
    CHECK_THAT(refusal(bench), Contains("move the file away"));
  }
}

}  // namespace
