#include "daemon/status/clock_past.hpp"

#include <catch2/catch.hpp>

namespace lgtmwatch {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// An answer that took so long, by a clock that was so far ahead at its end, cut to the second.
Exchange answered(Duration ahead, Duration took) {
  Exchange exchange;
  exchange.at = wall_from_unix_seconds(1795352139.25);
  exchange.took = took;
  exchange.date = WallTime(std::chrono::floor<seconds>(exchange.at + took + ahead).time_since_epoch());
  return exchange;
}

ClockPast after(const std::vector<Exchange>& exchanges) {
  ClockPast past;
  for (const auto& exchange : exchanges) past = advance(past, exchange);
  return past;
}

TEST_CASE("An answer bounds the clock by its length and by the second that Date is cut to") {
  const auto past = after({answered(seconds(90), milliseconds(100))});
  REQUIRE(past.last);
  CHECK(past.last->least <= seconds(90));
  CHECK(past.last->most >= seconds(90));
  CHECK(past.last->most - past.last->least == milliseconds(1100));
}

TEST_CASE("Answers in a row are counted while they are off in one direction") {
  CHECK(after({answered(seconds(90), {}), answered(seconds(91), {}), answered(seconds(90), {})}).off == 3);
  CHECK(after({answered(seconds(90), {}), answered(-seconds(90), {})}).off == 1);
  CHECK(after({answered(seconds(90), {}), answered(seconds(90), {}), answered(seconds(0), {})}).off == 0);
}

TEST_CASE("A slow answer proves nothing that its length may explain") {
  CHECK(after({answered(seconds(0), seconds(10))}).off == 0);    // Date was written at its end
  CHECK(after({answered(-seconds(10), seconds(10))}).off == 0);  // at its beginning
  CHECK(after({answered(-seconds(20), seconds(10))}).off == 1);
  CHECK(after({answered(seconds(5), {})}).off == 0);
  CHECK(after({answered(-seconds(4), {})}).off == 0);
}

TEST_CASE("An answer without Date tells nothing and forgets nothing") {
  auto past = after({answered(seconds(90), {}), answered(seconds(90), {})});
  past = advance(past, Exchange());
  CHECK(past.off == 2);
  CHECK_FALSE(advance(ClockPast(), Exchange()).last);
}

}  // namespace
}  // namespace lgtmwatch
