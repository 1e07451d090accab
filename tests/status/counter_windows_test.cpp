#include "daemon/status/counter_windows.hpp"

#include <catch2/catch.hpp>

#include "daemon/status/store.hpp"

namespace {

using namespace lgtmwatch;
using namespace std::chrono_literals;

constexpr WallTime noon{1'795'348'800s};
const CounterKey sent{CounterKind::exporter_sent, "otelcol.exporter.otlp.tempo", Signal::traces, ""};
const CounterKey failed{CounterKind::exporter_failed, "otelcol.exporter.otlp.tempo", Signal::traces, ""};
const CounterKey other{CounterKind::exporter_failed, "loki.write.loki", Signal::logs, ""};

// A component that is read again and again, every 15 s.
struct Component {
  std::shared_ptr<const CounterWindows> read(std::vector<CounterReading> counters) {
    CounterReadings readings;
    readings.process_start = start;
    readings.counters = std::move(counters);
    readings.gauges = gauges;
    now += 15s;
    windows = advance_windows(windows.get(), std::move(readings), now);
    return windows;
  }
  const CounterWindow& of(const CounterKey& key) const {
    const auto* found = windows->find(key);
    REQUIRE(found != nullptr);
    return *found;
  }

  WallTime now = noon;
  std::optional<WallTime> start = noon - 1h;
  std::vector<Gauge> gauges;
  std::shared_ptr<const CounterWindows> windows;
};

TEST_CASE("A counter is counted from where it was when it was seen first") {
  Component component;
  component.read({{sent, 1000}});
  CHECK(component.of(sent).newest.total == 0);
  component.read({{sent, 1010}});
  CHECK(component.of(sent).newest.total == 10);
  CHECK(component.of(sent).increase() == 10);
  CHECK(component.of(sent).moved_in_a_row == 1);
  component.read({{sent, 1010}});
  CHECK(component.of(sent).increase() == 0);
  CHECK(component.of(sent).moved_in_a_row == 0);
  CHECK(component.of(sent).still_in_a_row == 1);
  CHECK(component.of(sent).last_moved == noon + 30s);
}

TEST_CASE("The first event of a counter that did not exist before is not missed") {
  Component component;
  component.read({{sent, 100}});
  component.read({{sent, 100}, {failed, 3}});
  CHECK(component.of(failed).newest.total == 3);
  CHECK(component.of(failed).last_moved == component.now);
}

TEST_CASE("A counter of a component that was not there before counts from what it shows") {
  Component component;
  component.read({{sent, 100}});
  component.read({{sent, 100}, {other, 40}});
  CHECK(component.of(other).newest.total == 0);
  CHECK_FALSE(component.of(other).last_moved.has_value());
}

TEST_CASE("A restart makes neither a dip nor a jump, and what the new life counted is no movement yet") {
  Component component;
  component.read({{sent, 1000}});
  component.read({{sent, 1050}});
  SECTION("seen by the start of the process") {
    component.start = noon;
    component.read({{sent, 2000}});
    CHECK(component.of(sent).newest.total == 2050);
  }
  SECTION("seen by a smaller value") {
    component.start = std::nullopt;
    component.read({{sent, 7}});
    CHECK(component.of(sent).newest.total == 57);
  }
  CHECK(component.of(sent).moved_in_a_row == 0);
  CHECK(component.of(sent).still_in_a_row == 0);
}

TEST_CASE("A figure that is made of several counters may step back a little without being a restart") {
  Component component;
  component.read({{sent, 1000, true}});
  component.read({{sent, 1400, true}});
  component.read({{sent, 1300, true}});
  CHECK(component.of(sent).newest.total == 400);
  component.read({{sent, 1500, true}});
  CHECK(component.of(sent).newest.total == 500);
}

TEST_CASE("Series of one counter are added up") {
  Component component;
  component.read({{sent, 10}, {sent, 20}});
  component.read({{sent, 11}, {sent, 22}});
  CHECK(component.of(sent).newest.total == 3);
}

TEST_CASE("The oldest point is five to ten minutes old once the counter was watched for so long") {
  Component component;
  for (int i = 0; i <= 80; ++i) component.read({{sent, 100.0 + i}});
  const auto age = component.now - component.of(sent).oldest.at;
  CHECK(age >= 5min);
  CHECK(age <= 10min);
  CHECK(component.of(sent).increase_of_minutes() == age / 15s);
}

TEST_CASE("A counter that is gone keeps its window for a while, then it is forgotten") {
  Component component;
  component.read({{sent, 100}, {other, 1}});
  component.read({{sent, 110}, {other, 1}});
  for (int i = 0; i < 59; ++i) component.read({{other, 1}});
  CHECK(component.of(sent).newest.total == 10);
  component.read({{other, 1}});
  CHECK(component.windows->find(sent) == nullptr);
}

TEST_CASE("The lines of a file that is gone stay in the total of its scraper") {
  const auto lines_of = [](const std::string& path) {
    return CounterKey{CounterKind::scraper_entries, "loki.source.file.files", Signal::logs, path};
  };
  Component component;
  component.read({{lines_of(""), 0}, {lines_of("/a.log"), 100}, {lines_of("/b.log"), 5}});
  component.read({{lines_of(""), 0}, {lines_of("/a.log"), 130}, {lines_of("/b.log"), 6}});
  for (int i = 0; i < 70; ++i) component.read({{lines_of(""), 0}, {lines_of("/b.log"), 6}});
  CHECK(component.windows->find(lines_of("/a.log")) == nullptr);
  CHECK(component.of(lines_of("")).newest.total == 30);
  CHECK(component.of(lines_of("")).increase() == 0);
  CHECK(component.of(lines_of("/b.log")).newest.total == 1);
}

TEST_CASE("Keys are shared between readings while they stay the same") {
  Component component;
  const auto first = component.read({{sent, 1}, {failed, 1}})->keys;
  CHECK(component.read({{failed, 2}, {sent, 2}})->keys == first);
  CHECK(component.read({{failed, 2}, {sent, 2}, {other, 1}})->keys != first);
}

TEST_CASE("A gauge knows what it was in the reading before") {
  Component component;
  component.gauges = {{GaugeKind::queue_size, "otelcol.exporter.otlp.tempo", Signal::traces, 5, std::nullopt}};
  component.read({});
  component.gauges[0].value = 9;
  const auto windows = component.read({});
  const auto* queue = windows->gauge(GaugeKind::queue_size, "otelcol.exporter.otlp.tempo", Signal::traces);
  REQUIRE(queue != nullptr);
  CHECK(queue->value == 9);
  CHECK(queue->before == 5.0);
}

TEST_CASE("The counters that a run has read go into the probe's windows and are not kept twice") {
  StatusStore store([](const StackFacts&, WallTime) { return StackVerdict(); }, 1);
  const auto place = store.add_probe(store.add_stack(std::make_shared<StackPlan>()), ProbeFacts());
  for (const double value : {100.0, 112.0}) {
    BackendCounters counters;
    counters.readings.counters = {{sent, value}};
    RunRecord run{Observation(counters)};
    run.at = noon + std::chrono::seconds(static_cast<int>(value));
    store.record(place, std::move(run));
  }
  const auto facts = store.publish(noon)->stacks[0]->facts.probes[0];
  REQUIRE(facts.counters != nullptr);
  REQUIRE(facts.counters->find(sent) != nullptr);
  CHECK(facts.counters->find(sent)->newest.total == 12);
  CHECK(std::get<BackendCounters>(*facts.last->found).readings.counters.empty());
}

}  // namespace
