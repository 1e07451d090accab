#include "daemon/history/incident_book.hpp"

#include <catch2/catch.hpp>

#include "tests/history/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

struct Watched {
  void look_after(Duration passed) {
    shop.at += passed;
    book.look(shop.snapshot());
  }

  Shop shop;
  IncidentBook book;
};

TEST_CASE("A finding opens an incident, and closes it when it is gone") {
  Watched watched;
  watched.shop.begins(finding("backend-down"));
  watched.look_after(0s);
  const auto open = only(watched.book);
  CHECK(open.id == 1);
  CHECK(open.stack == "shop");
  CHECK(open.is_open());
  CHECK(open.opened == noon);
  CHECK(open.lasted(noon + 90s) == 90s);
  watched.shop.ends();
  watched.look_after(10min);
  const auto closed = only(watched.book);
  CHECK(closed.closed == noon + 10min);
  CHECK(closed.lasted(noon + 3h) == 10min);
  CHECK(story(closed) == "opened, critical: backend-down happens / gone");
}

TEST_CASE("The evidence of then stays, and that of now follows") {
  Watched watched;
  watched.shop.begins(finding("backend-down", "refused at noon"));
  watched.look_after(0s);
  watched.shop.verdict.findings[0].evidence = {"refused later"};
  watched.look_after(1min);
  const auto incident = only(watched.book);
  CHECK(incident.first.evidence == std::vector<std::string>{"refused at noon"});
  CHECK(incident.last.evidence == std::vector<std::string>{"refused later"});
  CHECK(incident.events.size() == 1);
}

TEST_CASE("What gets worse or wider is the same incident, and an event of it") {
  Watched watched;
  watched.shop.begins(finding("backend-down"));
  watched.shop.verdict.findings[0].severity = Severity::warning;
  watched.look_after(0s);
  watched.shop.verdict.findings[0].severity = Severity::critical;
  watched.shop.verdict.findings[0].signals = {Signal::logs, Signal::traces};
  watched.look_after(1min);
  CHECK(story(only(watched.book)) ==
        "opened, warning: backend-down happens / critical now, was warning; concerns logs, traces now, before logs");
}

TEST_CASE("One that is back within five minutes goes on, one that is back later is another") {
  Watched watched;
  watched.shop.begins(finding("backend-down"));
  watched.look_after(0s);
  watched.shop.ends();
  watched.look_after(1min);
  const auto [away, incidents] = GENERATE(std::pair(5min, 1), std::pair(6min, 2));
  watched.shop.begins(finding("backend-down"));
  watched.look_after(away);
  CHECK(watched.book.incidents().size() == static_cast<std::size_t>(incidents));
  CHECK(watched.book.incidents().rbegin()->second.is_open());
  if (incidents == 1)
    CHECK(story(only(watched.book)) == "opened, critical: backend-down happens / gone / back after 5m");
}

TEST_CASE("Nothing is concluded from a stack before each of its probes has run") {
  Watched watched;
  watched.shop.begins(finding("backend-down"));
  watched.shop.asked(false);
  watched.look_after(0s);
  CHECK(watched.book.incidents().empty());
  watched.shop.asked(true);
  watched.look_after(1s);
  CHECK(watched.book.incidents().size() == 1);
}

// A book as a new process has it: with what the one before kept.
Watched restarted(const Watched& before, Duration down) {
  Watched after;
  after.book.restore(all(before.book), before.shop.at);
  after.shop.at = before.shop.at + down;
  after.shop.asked(false);
  after.book.look(after.shop.snapshot());
  return after;
}

TEST_CASE("An incident that is still there after a restart is one, not two") {
  Watched before;
  before.shop.begins(finding("backend-down"));
  before.look_after(0s);
  auto after = restarted(before, 10min);
  CHECK(only(after.book).is_open());
  CHECK(only(after.book).events.size() == 1);
  after.shop.asked(true);
  after.shop.begins(finding("backend-down"));
  after.look_after(2s);
  CHECK(only(after.book).is_open());
  CHECK(only(after.book).opened == noon);
  CHECK_THAT(story(only(after.book)), Contains("still there when lgtmwatch looked again; it did not run from "
                                               "2026-11-22T12:00:00Z on"));
}

TEST_CASE("One that is gone after a restart closes when that is known") {
  Watched before;
  before.shop.begins(finding("backend-down"));
  before.look_after(0s);
  auto after = restarted(before, 10min);
  after.shop.asked(true);
  after.look_after(2s);
  CHECK(only(after.book).closed == noon + 10min + 2s);
  CHECK_THAT(story(only(after.book)), Contains("gone when lgtmwatch looked again"));
}

TEST_CASE("What takes its time to be found again after a restart goes on as the same incident") {
  Watched before;
  before.shop.begins(finding("canary-not-arriving"));
  before.look_after(0s);
  auto after = restarted(before, 1min);
  after.shop.asked(true);
  after.look_after(2s);
  CHECK_FALSE(only(after.book).is_open());
  after.shop.begins(finding("canary-not-arriving"));
  after.look_after(14min);
  CHECK(only(after.book).is_open());
}

TEST_CASE("The numbers go on after a restart") {
  Watched before;
  before.shop.begins(finding("backend-down"));
  before.look_after(0s);
  auto after = restarted(before, 1min);
  after.shop.asked(true);
  after.shop.begins(finding("backend-hung"));
  after.look_after(1s);
  CHECK(after.book.incidents().rbegin()->first == 2);
}

TEST_CASE("An incident of a stack that is not watched any more is closed with that reason") {
  Watched watched;
  watched.shop.begins(finding("backend-down"));
  watched.look_after(0s);
  watched.shop.ends();
  watched.shop.plan->name = "bank";
  watched.look_after(1min);
  CHECK_FALSE(only(watched.book).is_open());
  CHECK_THAT(story(only(watched.book)), Contains("its stack is not watched any more"));
}

TEST_CASE("What is old or too much is forgotten, the oldest first, and what is open never") {
  IncidentLimits limits;
  limits.most_closed = 2;
  Watched watched;
  watched.book = IncidentBook(limits);
  watched.shop.begins(finding("app-idle"));
  for (int i = 0; i < 5; ++i) {
    watched.shop.begins(finding("backend-down"));
    watched.look_after(1h);
    watched.shop.verdict.findings.pop_back();
    watched.look_after(1h);
  }
  std::vector<std::uint64_t> ids;
  for (const auto& [id, incident] : watched.book.incidents()) ids.push_back(id);
  CHECK(ids == std::vector<std::uint64_t>{1, 5, 6});
  (void)watched.book.take_changed();
  watched.look_after(24h * 91);
  CHECK(only(watched.book).last.cause == "app-idle");
  CHECK(watched.book.take_changed() == std::set<std::uint64_t>{5, 6});
}

TEST_CASE("New evidence alone is no news, but is written some time") {
  Watched watched;
  watched.shop.begins(finding("backend-down"));
  watched.look_after(0s);
  CHECK(watched.book.has_news());
  CHECK(watched.book.take_changed() == std::set<std::uint64_t>{1});
  CHECK_FALSE(watched.book.has_news());
  watched.shop.verdict.findings[0].evidence = {"other"};
  watched.look_after(1s);
  CHECK_FALSE(watched.book.has_news());
  CHECK(watched.book.take_changed() == std::set<std::uint64_t>{1});
}

TEST_CASE("An incident has a bounded size, whatever happens") {
  Watched watched;
  watched.shop.begins(finding("backend-down", std::string(100'000, 'x')));
  watched.shop.verdict.findings[0].remedy.assign(1000, "mend it");
  watched.look_after(0s);
  for (int i = 0; i < 100; ++i) {
    watched.shop.verdict.findings[0].severity = i % 2 == 0 ? Severity::warning : Severity::critical;
    watched.look_after(1s);
  }
  const auto incident = only(watched.book);
  CHECK(incident.last.evidence[0].size() < 1100);
  CHECK(incident.last.remedy.size() == 16);
  CHECK(incident.events.size() == Incident::most_events);
  CHECK(incident.left_out == 51);
  CHECK(incident.events.front().what == "opened, critical: backend-down happens");
}

TEST_CASE("A clock that is set back makes no incident of negative length") {
  Watched watched;
  watched.shop.begins(finding("backend-down"));
  watched.look_after(0s);
  watched.shop.ends();
  watched.look_after(-1h);
  CHECK(only(watched.book).lasted(watched.shop.at) == 0s);
}

}  // namespace
