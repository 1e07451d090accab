#include "daemon/serve/event_hub.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "daemon/base/task_group.hpp"
#include "tests/serve/support.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

struct Bench {
  Snapshot with(State state) {
    stack.verdict.state = state;
    return stack.snapshot();
  }
  std::string next(BodyStream& stream) { return run_to_end(io, stream.next()).value_or("(end)"); }
  std::shared_ptr<BodyStream> listen(const std::string& last_id = "") {
    auto stream = hub.listen(last_id);
    REQUIRE(stream);
    CHECK_THAT(next(*stream), Catch::StartsWith("retry: 5000\n"));
    return stream;
  }

  OneStack stack;
  boost::asio::io_context io{1};
  EventHub hub{io.get_executor(), "run", 20ms};
};

TEST_CASE("Who listens is told of each stack that changed, and of nothing else") {
  Bench bench;
  bench.hub.look(bench.with(State::healthy));
  const auto stream = bench.listen();
  bench.hub.look(bench.with(State::healthy));
  CHECK(bench.next(*stream) == ": nothing new\n\n");
  bench.hub.look(bench.with(State::broken));
  CHECK(bench.next(*stream) ==
        "id: run-1\nevent: stack\n"
        "data: {\"stack\":\"shop\",\"state\":\"broken\",\"signals\":{},\"findings\":[]}\n\n");
}

TEST_CASE("A finding that comes is a change, and a stack that is gone is told too") {
  Bench bench;
  bench.hub.look(bench.with(State::healthy));
  const auto stream = bench.listen();
  bench.stack.verdict.findings = {incident()};
  bench.hub.look(bench.with(State::healthy));
  CHECK_THAT(bench.next(*stream), Contains("\"cause\":\"scraper-tails-nothing\""));
  bench.hub.look(Snapshot());
  CHECK(bench.next(*stream) == "id: run-2\nevent: gone\ndata: {\"stack\":\"shop\"}\n\n");
}

TEST_CASE("An event awakes who waits for it") {
  Bench bench;
  bench.hub.look(bench.with(State::healthy));
  const auto stream = bench.listen();
  std::optional<std::optional<std::string>> piece;
  TaskGroup tasks(bench.io.get_executor(), rethrow);
  tasks.spawn(keep_value(stream->next(), piece));
  settle(bench.io);
  CHECK_FALSE(piece);
  bench.hub.look(bench.with(State::broken));
  settle(bench.io);
  REQUIRE(piece);
  CHECK_THAT(piece->value_or(""), Contains("broken"));
}

TEST_CASE("Who comes back with the last id gets what came since, or is told that something was missed") {
  Bench bench;
  bench.hub.look(bench.with(State::healthy));
  bench.hub.look(bench.with(State::broken));
  bench.hub.look(bench.with(State::degraded));
  const auto next = [&](const std::string& last_id) { return bench.next(*bench.hub.listen(last_id)); };
  CHECK_THAT(next("run-1"), Contains("id: run-2") && !Contains("id: run-1") && !Contains("missed"));
  CHECK_THAT(next("run-2"), !Contains("event:"));
  CHECK_THAT(next("other-1"), Contains("event: missed"));
  CHECK_THAT(next(""), !Contains("event:"));
}

TEST_CASE("Who takes nothing for hundreds of events is dropped") {
  Bench bench;
  bench.hub.look(bench.with(State::healthy));
  const auto slow = bench.listen();
  for (int i = 0; i < 300; ++i) bench.hub.look(bench.with(i % 2 == 0 ? State::broken : State::healthy));
  CHECK(bench.next(*slow) == "(end)");
}

TEST_CASE("There are at most 64 listeners, and one that goes makes room") {
  Bench bench;
  std::vector<std::shared_ptr<BodyStream>> streams;
  for (int i = 0; i < 64; ++i) streams.push_back(bench.hub.listen(""));
  CHECK(bench.hub.listen("") == nullptr);
  streams.pop_back();
  CHECK(bench.hub.listen("") != nullptr);
}

}  // namespace
