// Canaries of an earlier process that kept nothing: what is found of them is counted, once, and nothing else follows.
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "daemon/canary_keeper.hpp"
#include "tests/canary/simulated_stack.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

struct Bench {
  Bench() { start("0000000a"); }
  ~Bench() { end(); }

  void start(const std::string& run) {
    const CanaryOutside outside{Clients{stack, stack}, clock};
    keeper = std::make_unique<CanaryKeeper>(
        io.get_executor(), outside, ledger, [run] { return run; }, rethrow);
    Plan plan;
    plan.stacks.push_back(simulated_plan("shop"));
    keeper->apply(plan);
    keeper->look_for_earlier();
  }
  void end() {
    keeper->cancel();
    settle(io);
    keeper.reset();
  }
  void begin() {
    for (std::size_t i = 0; i < keeper->schedule().ids.size(); ++i) keeper->begin(i);
    wait(0s);
  }
  void wait(Duration time) { clock.advance(io, time); }
  // Of metrics, logs and traces.
  std::vector<std::uint64_t> adopted() const {
    std::vector<std::uint64_t> counts;
    for (const auto& route : keeper->facts("shop")) counts.push_back(route.tally.adopted);
    return counts;
  }

  ManualClock clock;
  boost::asio::io_context io{1};
  SimulatedStack stack{clock};
  NoLedger ledger;
  std::unique_ptr<CanaryKeeper> keeper;
};

using Counts = std::vector<std::uint64_t>;

TEST_CASE("What is found of an earlier run is adopted, and nothing of it is lost") {
  Bench bench;
  bench.begin();
  bench.wait(20s);
  bench.begin();
  bench.wait(100ms);
  bench.stack.drops_writes = true;
  bench.begin();
  bench.stack.drops_writes = false;
  bench.end();
  bench.start("0000000b");
  bench.begin();
  CHECK(bench.adopted() == Counts{0, 0, 0});
  bench.wait(40s);
  CHECK(bench.adopted() == Counts{2, 2, 2});
  bench.wait(2h);
  CHECK(bench.adopted() == Counts{2, 2, 2});
  for (const auto& route : bench.keeper->facts("shop")) {
    CHECK(route.tally.written == 1);
    CHECK(route.tally[CanaryOutcome::visible] == 1);
    CHECK(route.tally.settled() == 1);
  }
}

TEST_CASE("Where it cannot be asked for at the start it is asked for again, and until the horizon") {
  Bench bench;
  bench.begin();
  bench.wait(10s);
  bench.end();
  bench.start("0000000b");
  bench.stack.away = {"loki", "tempo", "mimir"};
  SECTION("until it can") {
    bench.wait(5min);
    CHECK(bench.adopted() == Counts{0, 0, 0});
    bench.stack.away.clear();
    bench.wait(2min);
    CHECK(bench.adopted() == Counts{1, 1, 1});
    const auto reads = bench.stack.reads;
    bench.wait(1h);
    CHECK(bench.stack.reads == reads);
  }
  SECTION("in vain") {
    bench.wait(2h);
    const auto reads = bench.stack.reads;
    bench.stack.away.clear();
    bench.wait(2h);
    CHECK(bench.stack.reads == reads);
    CHECK(bench.adopted() == Counts{0, 0, 0});
  }
}

constexpr WallTime now{1'795'352'139s};

EarlierCanaries of_shop() { return {"shop", "backend", now - 10min, now}; }

std::string line_of(const std::string& route, WallTime written) {
  wire::Canary canary;
  canary.id = {"3f9c01ab", route, 7};
  canary.written = written;
  return wire::canary_line(canary);
}

std::string loki_answer(const std::string& stack, const std::vector<std::string>& lines) {
  std::string values;
  for (const auto& line : lines) values += (values.empty() ? "" : ",") + ("[\"1\",\"" + line + "\"]");
  return R"({"status":"success","data":{"resultType":"streams","result":[{"stream":{"lgtmwatch_stack":")" + stack +
         R"("},"values":[)" + values + "]}]}}";
}

TEST_CASE("Only whole lines of the route, the stack and the time before the start are adopted, copies once") {
  const auto line = line_of("backend", now - 1min);
  auto altered = line;
  altered.replace(altered.find("written_ns=") + 11, 1, "9");
  const auto count = [](const std::string& stack, const std::vector<std::string>& lines) {
    return count_earlier_in_loki(loki_answer(stack, lines), of_shop()).value();
  };
  CHECK(count("shop", {line}) == 1);
  CHECK(count("shop", {line, line}) == 1);
  CHECK(count("bank", {line}) == 0);
  CHECK(count("shop", {altered}) == 0);
  CHECK(count("shop", {line_of("mobile-backend", now - 1min), line_of("backend", now), "-backend-", "canary="}) == 0);
  CHECK(count_earlier_in_loki("<html>", of_shop()).has_error());
  CHECK(count_earlier_in_mimir(R"({"status":"error","error":"no"})", of_shop()).has_error());
}

}  // namespace
