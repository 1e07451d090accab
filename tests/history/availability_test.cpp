#include "daemon/history/availability.hpp"

#include <catch2/catch.hpp>

#include "tests/history/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

Duration time_in(const Availability& availability, Standing standing) {
  return availability.spent[static_cast<std::size_t>(standing)];
}

TEST_CASE("Availability is healthy and degraded over what is known, with the share that is known") {
  AvailabilitySeries series;
  series.add(noon, noon + 6h, Standing::healthy);
  series.add(noon + 6h, noon + 9h, Standing::degraded);
  series.add(noon + 9h, noon + 12h, Standing::broken);
  const auto day = series.over(24h, noon + 24h);
  CHECK(day.share() == 0.75);
  CHECK(day.known() == 0.5);
  CHECK(time_in(day, Standing::unknown) == 12h);
  CHECK(availability_text(day) == "75.00 % (50 % of the time known)");
}

TEST_CASE("Of a span only what lies in the window counts") {
  AvailabilitySeries series;
  series.add(noon, noon + 10h, Standing::healthy);
  series.add(noon + 10h, noon + 20h, Standing::broken);
  CHECK(time_in(series.over(15h, noon + 20h), Standing::healthy) == 5h);
  CHECK(series.over(10h, noon + 20h).share() == 0);
  CHECK(series.over(10h, noon + 40h).share() == std::nullopt);
}

TEST_CASE("Maintenance counts neither for nor against") {
  AvailabilitySeries series;
  series.add(noon, noon + 12h, Standing::maintenance);
  series.add(noon + 12h, noon + 24h, Standing::healthy);
  const auto day = series.over(24h, noon + 24h);
  CHECK(availability_text(day) == "100 % (100 % of the time known)");
  CHECK(time_in(day, Standing::maintenance) == 12h);
}

TEST_CASE("Only what is whole is shown as 100 or 0") {
  const auto text_of = [](Duration healthy, Duration broken, Duration unknown) {
    Availability availability;
    availability.spent = {healthy, unknown, 0s, broken, 0s};
    return availability_text(availability);
  };
  CHECK(text_of(24h, 1ms, 1ms) == "99.99 % (99 % of the time known)");
  CHECK(text_of(1ms, 24h, 0s) == "0.01 % (100 % of the time known)");
  CHECK(text_of(1ms, 0s, 24h) == "100 % (under 1 % of the time known)");
  CHECK(text_of(0s, 1h, 1h) == "0 % (50 % of the time known)");
  CHECK(text_of(0s, 0s, 24h) == "not known");
  CHECK(text_of(992s, 8s, 0s) == "99.20 % (100 % of the time known)");
}

TEST_CASE("A state that lasts is one span, however often it is added") {
  AvailabilitySeries series;
  for (int i = 0; i < 1000; ++i) series.add(noon + i * 1s, noon + (i + 1) * 1s, Standing::healthy);
  CHECK(series.spans().size() == 1);
  CHECK(time_in(series.over(1h, noon + 1000s), Standing::healthy) == 1000s);
}

TEST_CASE("A series has a bounded size, and its sums stay right") {
  AvailabilitySeries series;
  auto at = noon;
  for (int i = 0; i < 5000; ++i) {
    series.add(at, at + 20s, i % 2 == 0 ? Standing::healthy : Standing::broken);
    at += i % 3 == 0 ? 30s : 20s;  // now and then something is unknown
  }
  CHECK(series.spans().size() <= AvailabilitySeries::most_spans);
  const auto all = series.over(24h * 30, at);
  CHECK(time_in(all, Standing::healthy) == 2500 * 20s);
  CHECK(time_in(all, Standing::broken) == 2500 * 20s);
  const auto part = series.over(10h, at);
  REQUIRE(part.share());
  CHECK(*part.share() == Approx(0.5).margin(0.01));
}

TEST_CASE("What is added twice, or backwards, counts once") {
  AvailabilitySeries series;
  series.add(noon, noon + 1h, Standing::healthy);
  series.add(noon + 30min, noon + 2h, Standing::broken);
  series.add(noon + 2h, noon + 1h, Standing::healthy);
  const auto two_hours = series.over(2h, noon + 2h);
  CHECK(time_in(two_hours, Standing::healthy) == 1h);
  CHECK(time_in(two_hours, Standing::broken) == 1h);
}

TEST_CASE("What ended long ago is forgotten") {
  AvailabilitySeries series;
  series.add(noon, noon + 1h, Standing::healthy);
  series.add(noon + 1h, noon + 2h, Standing::broken);
  series.forget(noon + 90min);
  CHECK(series.spans().size() == 1);
}

}  // namespace
