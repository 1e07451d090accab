// The route `scrape` in simulated time: what /metrics shows, who scrapes it, and what is read back.
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "daemon/canary_keeper.hpp"
#include "daemon/ledger/sqlite_ledger.hpp"
#include "tests/canary/simulated_stack.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

// The route `scrape` alone, whose /metrics a test scrapes as a snapshot.
struct ScrapeBench {
  explicit ScrapeBench(CanaryLedger* kept = nullptr)
      : keeper(
            io.get_executor(), CanaryOutside{Clients{stack, stack}, clock}, kept ? *kept : nothing_kept,
            [] { return "00000001"; }, rethrow) {
    auto shop = simulated_plan("shop");
    shop.canaries = {simulated_route(Signal::metrics, "scrape", CanaryEntrance::scrape, "http://mimir:9009", "")};
    Plan plan;
    plan.stacks.push_back(shop);
    keeper.apply(plan);
    shown_plan = std::make_shared<const StackPlan>(std::move(shop));
  }
  ~ScrapeBench() {
    keeper.cancel();
    settle(io);
  }

  void begin() {
    keeper.begin(0);
    clock.advance(io, 0s);
  }
  void wait(Duration time) { clock.advance(io, time); }
  CanaryRouteFacts facts() const { return keeper.facts("shop").front(); }
  std::uint64_t count(CanaryOutcome outcome) const { return facts().tally[outcome]; }

  double shown() const { return facts().exposed.value().value; }
  Snapshot snapshot() const {
    StackSnapshot one;
    one.facts.plan = shown_plan;
    one.facts.canaries = {facts()};
    Snapshot snapshot;
    snapshot.stacks.push_back(std::make_shared<const StackSnapshot>(std::move(one)));
    return snapshot;
  }
  // Stores what is shown, as a scraper that stamps it with its own time does.
  void store_sample() {
    const wire::Labels labels{{"__name__", "lgtmwatch_canary"},
                              {"job", "watcher"},
                              {"lgtmwatch_stack", "shop"},
                              {"lgtmwatch_route", "scrape"}};
    stack.store.metrics.append(labels, wire::Sample{to_ms(clock.wall()), shown()});
  }
  void scrape() {
    store_sample();
    keeper.note_scrape(snapshot());
  }

  static std::int64_t to_ms(WallTime time) { return time.time_since_epoch().count() / 1'000'000; }

  ManualClock clock;
  boost::asio::io_context io{1};
  SimulatedStack stack{clock};
  NoLedger nothing_kept;
  CanaryKeeper keeper;
  std::shared_ptr<const StackPlan> shown_plan;
};

TEST_CASE("A canary that is scraped is acknowledged by the scrape and visible once, however often it is scraped") {
  ScrapeBench bench;
  CHECK_FALSE(bench.facts().exposed);
  bench.begin();
  CHECK(wire::sequence_of_value(bench.shown()) == 1);
  for (int i = 0; i < 4; ++i) {
    bench.wait(7s);
    bench.scrape();
  }
  bench.wait(10s);
  CHECK(bench.count(CanaryOutcome::visible) == 1);
  const auto facts = bench.facts();
  CHECK(facts.last->acknowledged);
  CHECK(facts.tally.write_seconds.sum == Approx(7).margin(0.3));
  CHECK(bench.stack.writes == 0);
  CHECK(wire::sequence_of_value(bench.shown()) == 1);
}

TEST_CASE("A canary that nobody scrapes is unacknowledged, says so, and is not asked for before its deadline") {
  ScrapeBench bench;
  bench.begin();
  bench.wait(29s);
  CHECK(bench.stack.reads == 0);
  bench.wait(20s);
  CHECK(bench.stack.reads > 0);
  CHECK_THAT(bench.facts().last->trouble, Catch::StartsWith("nobody has scraped"));
  bench.wait(10min);
  CHECK(bench.count(CanaryOutcome::unacknowledged) == 1);
}

TEST_CASE("A canary whose scrape is stored nowhere is lost; one that is scraped after its deadline is late") {
  ScrapeBench bench;
  bench.begin();
  SECTION("stored nowhere") {
    bench.wait(5s);
    bench.keeper.note_scrape(bench.snapshot());
    bench.wait(11min);
    CHECK(bench.count(CanaryOutcome::lost) == 1);
  }
  SECTION("after its deadline") {
    bench.wait(40s);
    bench.scrape();
    bench.wait(2min);
    CHECK(bench.count(CanaryOutcome::late) == 1);
  }
}

TEST_CASE("The next canary takes the place on /metrics, and a scrape of the one before says nothing of it") {
  ScrapeBench bench;
  bench.begin();
  const auto before = bench.snapshot();
  bench.wait(10s);
  bench.begin();
  bench.keeper.note_scrape(before);
  bench.wait(1s);
  CHECK(wire::sequence_of_value(bench.shown()) == 2);
  CHECK_FALSE(bench.facts().last->acknowledged);
  bench.scrape();
  bench.wait(11min);
  CHECK(bench.count(CanaryOutcome::visible) == 1);
  CHECK(bench.count(CanaryOutcome::unacknowledged) == 1);
}

TEST_CASE("A canary that was not scraped before a restart is shown again after it, as the same") {
  const TempDir folder;
  const ManualClock clock;
  double shown = 0;
  {
    const auto ledger = SqliteLedger::open(folder.file("canaries.db"), clock).value();
    ScrapeBench before(ledger.get());
    before.begin();
    shown = before.shown();
  }
  const auto ledger = SqliteLedger::open(folder.file("canaries.db"), clock).value();
  ScrapeBench after(ledger.get());
  after.wait(1s);
  CHECK(after.shown() == shown);
  after.scrape();
  after.wait(10s);
  CHECK(after.facts().tally.written == 1);
  CHECK(after.count(CanaryOutcome::visible) == 1);
  CHECK(after.facts().tally.write_seconds.count == 0);
}

}  // namespace
