#include "daemon/schedule/timetable.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>

namespace {

using namespace lgtmwatch;
using namespace std::chrono_literals;

constexpr Tick start{1000s};

std::string id_of(int number) { return "shop/loki_ready/loki-" + std::to_string(number) + ":3100"; }

// All slots until the end, each taken at its own tick.
std::vector<Slot> slots_until(Timetable& table, Tick end) {
  std::vector<Slot> slots;
  while (table.earliest()->at < end) slots.push_back(table.take(table.earliest()->at));
  return slots;
}

TEST_CASE("A timetable without probes has no slot") { CHECK_FALSE(Timetable(start).earliest().has_value()); }

TEST_CASE("Slots come in order, and each probe keeps its number") {
  Timetable table(start);
  for (int i = 0; i < 20; ++i) table.add(id_of(i), 15s);
  std::multiset<std::size_t> seen;
  Tick last = start;
  for (const auto& slot : slots_until(table, start + 15s)) {
    CHECK(slot.at >= last);
    last = slot.at;
    seen.insert(slot.probe);
  }
  for (std::size_t i = 0; i < 20; ++i) CHECK(seen.count(i) == 1);
}

TEST_CASE("The load is spread over the interval") {
  Timetable table(start);
  for (int i = 0; i < 1500; ++i) table.add(id_of(i), 15s);
  std::map<std::int64_t, int> by_second;
  for (const auto& slot : slots_until(table, start + 15s)) ++by_second[(slot.at - start) / 1s];
  REQUIRE(by_second.size() == 15);
  for (const auto& [second, count] : by_second) {
    CAPTURE(second);
    CHECK(count > 50);
    CHECK(count < 150);
  }
}

TEST_CASE("The offsets are the same after a restart, and whatever else is watched") {
  Timetable before(start);
  Timetable after(start);
  before.add(id_of(1), 1min);
  before.add(id_of(2), 1min);
  after.add(id_of(2), 1min);
  std::vector<Tick> first;
  std::vector<Tick> second;
  for (const auto& slot : slots_until(before, start + 1h))
    if (slot.probe == 1) first.push_back(slot.at);
  for (const auto& slot : slots_until(after, start + 1h)) second.push_back(slot.at);
  CHECK(first == second);
}

TEST_CASE("The offsets are the same in every release") {
  Timetable table(Tick{});
  table.add("scanium/loki_labels/scanium-loki:3100", 15s);
  CHECK(table.earliest()->at - Tick{} == Duration(5'288'931'532));
}

TEST_CASE("The first run comes within 15 seconds also of a long interval, and later ones on the grid") {
  Timetable table(start);
  for (int i = 0; i < 50; ++i) table.add(id_of(i), 1h);
  std::map<std::size_t, std::vector<Tick>> ticks;
  for (const auto& slot : slots_until(table, start + 4h)) ticks[slot.probe].push_back(slot.at);
  REQUIRE(ticks.size() == 50);
  for (const auto& [probe, at] : ticks) {
    CAPTURE(probe);
    CHECK(at[0] < start + 15s);
    CHECK(at[1] > at[0]);
    CHECK(at[2] - at[1] == 1h);
    CHECK(at[3] - at[2] == 1h);
  }
}

TEST_CASE("Nothing drifts within 24 hours, however late each slot is taken") {
  Timetable table(start);
  table.add(id_of(1), 15s);
  const auto first = table.earliest()->at;
  std::int64_t taken = 0;
  for (; table.earliest()->at < first + 24h; ++taken) {
    const auto at = table.earliest()->at;
    CHECK((at - first) % 15s == 0s);
    (void)table.take(at + Duration((taken * 7919) % 14'000'000'000));
  }
  CHECK(taken == 24 * 60 * 4);
}

TEST_CASE("Missed slots are skipped, not caught up") {
  Timetable table(start);
  table.add(id_of(1), 15s);
  const auto first = table.earliest()->at;
  const auto late = table.take(first + 100s);
  CHECK(late.at == first);
  CHECK(table.earliest()->at == first + 105s);
  (void)table.take(first + 120s);
  CHECK(table.earliest()->at == first + 135s);
}

TEST_CASE("A slot that is taken early is not given again") {
  Timetable table(start);
  table.add(id_of(1), 15s);
  const auto first = table.take(start).at;
  CHECK(table.earliest()->at == first + 15s);
}

}  // namespace
