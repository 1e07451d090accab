#include "daemon/base/time.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace lgtmwatch;
using namespace std::chrono_literals;

TEST_CASE("Durations are read as Go reads them") {
  struct Case {
    std::string text;
    Duration duration;
  };
  const auto test_case = GENERATE(
      Case{"0", 0ns}, Case{"0s", 0ns}, Case{"15s", 15s}, Case{"1m30s", 90s}, Case{"250ms", 250ms}, Case{"1.5h", 90min},
      Case{"2h45m", 165min}, Case{"1h1m1s1ms1us1ns", 3661001001001ns}, Case{"5.s", 5s}, Case{".5s", 500ms},
      Case{"0.25m", 15s}, Case{"100ns", 100ns}, Case{"7us", 7us}, Case{"7µs", 7us}, Case{"7\u03BCs", 7us},
      Case{"90m", 90min}, Case{"1s1s", 2s}, Case{"0.3333333333333333333h", 20min}, Case{"168h", 168h},
      Case{"0.000000001s", 1ns}, Case{"007s", 7s}, Case{"0." + std::string(400, '1') + "s", 111111111ns});
  CAPTURE(test_case.text);
  const auto parsed = parse_duration(test_case.text);
  REQUIRE(parsed.has_value());
  CHECK(parsed->count() == test_case.duration.count());
}

TEST_CASE("What is not a duration is refused and quoted") {
  const std::string text =
      GENERATE(as<std::string>(), "", " ", "15", "s", ".s", ".", "1..5s", "1.5.5s", "15 s", " 15s", "15s ", "-15s",
               "+15s", "15S", "15sec", "1d", "15s3", "1e3s", "0x10s", "1,5s", "s15", "99999999999999999999h",
               "3000000h", std::string("1s\0", 3), std::string(400, '9') + "s");
  CAPTURE(text);
  const auto parsed = parse_duration(text);
  REQUIRE(parsed.has_error());
  CHECK(parsed.error().what == "'" + text + "' is not a duration");
  CHECK(parsed.error().hint == "write a number with its unit, such as 15s, 1m30s or 250ms");
}

TEST_CASE("Durations are written in the shortest form and read back") {
  struct Case {
    Duration duration;
    const char* text;
  };
  const auto test_case =
      GENERATE(Case{0s, "0s"}, Case{90s, "1m30s"}, Case{250ms, "250ms"}, Case{1h, "1h"}, Case{1500ms, "1s500ms"},
               Case{1ns, "1ns"}, Case{25h, "25h"}, Case{3661001001001ns, "1h1m1s1ms1us1ns"});
  CHECK(format_duration(test_case.duration) == test_case.text);
  CHECK(parse_duration(test_case.text).value() == test_case.duration);
}

TEST_CASE("Ages are rounded to what a person would say") {
  struct Case {
    Duration age;
    const char* text;
  };
  const auto test_case =
      GENERATE(Case{0s, "0ms"}, Case{5ms, "5ms"}, Case{199600us, "200ms"}, Case{999700us, "1s"}, Case{42s, "42s"},
               Case{42400ms, "42s"}, Case{42600ms, "43s"}, Case{190s, "3m10s"}, Case{59min + 59700ms, "1h"},
               Case{2h + 20s, "2h"}, Case{2h + 40s, "2h1m"}, Case{-5s, "-5s"}, Case{-300ms, "-300ms"});
  CHECK(format_age(test_case.age) == test_case.text);
}

TEST_CASE("Wall time is shown in UTC, to the second, as RFC 3339") {
  CHECK(format_rfc3339(WallTime(1795352139s)) == "2026-11-22T12:55:39Z");
  CHECK(format_rfc3339(WallTime(1795352139s + 999ms)) == "2026-11-22T12:55:39Z");
  CHECK(format_rfc3339(WallTime(0s)) == "1970-01-01T00:00:00Z");
  CHECK(format_rfc3339(WallTime(1709164800s)) == "2024-02-29T00:00:00Z");
}

TEST_CASE("Times are read as RFC 3339 has them") {
  struct Case {
    const char* text;
    WallTime time;
  };
  const auto test_case =
      GENERATE(Case{"2026-11-22T12:55:39Z", WallTime(1795352139s)}, Case{"2026-11-22t12:55:39z", WallTime(1795352139s)},
               Case{"2026-11-22T13:55:39+01:00", WallTime(1795352139s)},
               Case{"2026-11-22T07:25:39-05:30", WallTime(1795352139s)},
               Case{"2026-11-23T02:55:39+14:00", WallTime(1795352139s)},
               Case{"2026-11-22T12:55:39.5Z", WallTime(1795352139s + 500ms)},
               Case{"2026-11-22T12:55:39.000000001Z", WallTime(1795352139s + 1ns)},
               Case{"2026-11-22T12:55:39.1234567899999Z", WallTime(1795352139s + 123456789ns)},
               Case{"2024-02-29T00:00:00Z", WallTime(1709164800s)}, Case{"1970-01-01T00:00:00Z", WallTime(0s)},
               Case{"1970-01-01T00:00:00+00:01", WallTime(-60s)}, Case{"2261-12-31T23:59:59Z", WallTime(9214646399s)});
  CAPTURE(test_case.text);
  const auto parsed = parse_rfc3339(test_case.text);
  REQUIRE(parsed.has_value());
  CHECK((*parsed - test_case.time).count() == 0);
}

TEST_CASE("What is not a time is refused and quoted") {
  const std::string text =
      GENERATE(as<std::string>(), "", "tomorrow", "2026-12-01", "2026-12-01T01:00:00", "2026-12-01 01:00:00Z",
               "2026-12-01T01:00Z", "2026-12-01T01:00:00.Z", "2026-12-01T01:00:00Z ", " 2026-12-01T01:00:00Z",
               "2026-12-01T01:00:00+01", "2026-12-01T01:00:00+0100", "2026-12-01T01:00:00+24:00",
               "2026-12-01T01:00:00+01:60", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
               "2026-12-00T00:00:00Z", "2026-12-32T00:00:00Z", "2026-12-01T24:00:00Z", "2026-12-01T01:60:00Z",
               "2026-12-01T01:00:60Z", "26-12-01T01:00:00Z", "+026-12-01T01:00:00Z", "2026-1-1T01:00:00Z", "1795352139",
               std::string("2026-12-01T01:00:00Z\0", 21));
  CAPTURE(text);
  const auto parsed = parse_rfc3339(text);
  REQUIRE(parsed.has_error());
  CHECK(parsed.error().what == "'" + text + "' is not a time");
  CHECK(parsed.error().hint == "write it as RFC 3339 has it: 2026-12-01T01:00:00Z, or 2026-12-01T02:00:00+01:00");
}

TEST_CASE("A time that cannot be counted in nanoseconds is too far away") {
  const std::string text = GENERATE(as<std::string>(), "0000-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
                                    "2262-01-01T00:00:00Z", "9999-12-31T23:59:59Z");
  CAPTURE(text);
  REQUIRE(parse_rfc3339(text).has_error());
  CHECK(parse_rfc3339(text).error().what == "'" + text + "' is too far away");
}

TEST_CASE("A date of HTTP is read, and nothing else") {
  CHECK(parse_http_date("Sun, 22 Nov 2026 12:55:39 GMT") == wall_from_unix_seconds(1795352139));
  for (const auto* text :
       {"", "Sun, 22 Nov 2026 12:55:39 CET", "Sunday, 22-Nov-26 12:55:39 GMT", "Sun, 32 Nov 2026 12:55:39 GMT",
        "Sun, 22 Nox 2026 12:55:39 GMT", "Sun, 22 Nov 9026 12:55:39 GMT", "Sun, 22 Nov 2026 25:55:39 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text).has_value());
  }
}

TEST_CASE("Seconds become wall time and come back") {
  CHECK(wall_from_unix_seconds(1795352139.25) == WallTime(1795352139s + 250ms));
  CHECK(unix_seconds(WallTime(1795352139s + 250ms)) == Approx(1795352139.25).margin(1e-6));
  CHECK(wall_from_unix_seconds(-0.5) == WallTime(-500ms));
  CHECK(to_seconds(1500ms) == 1.5);
}

TEST_CASE("A deadline has passed at its very tick") {
  const Deadline deadline(Tick(10s));
  CHECK_FALSE(deadline.passed(Tick(10s - 1ns)));
  CHECK(deadline.passed(Tick(10s)));
  CHECK(deadline.passed(Tick(11s)));
}

}  // namespace
