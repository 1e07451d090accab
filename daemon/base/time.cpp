#include "daemon/base/time.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace lgtmwatch {
namespace {

struct Unit {
  std::string_view name;
  double nanoseconds;
};

// The micro sign and the Greek letter, as Go has both.
constexpr std::array units{Unit{"ns", 1.0}, Unit{"us", 1e3}, Unit{"\u00B5s", 1e3}, Unit{"\u03BCs", 1e3},
                           Unit{"ms", 1e6}, Unit{"s", 1e9},  Unit{"m", 60e9},      Unit{"h", 3600e9}};

constexpr double longest_nanoseconds = 9.2e18;
constexpr double finest_scale = 1e18;  // digits behind it make no difference, but would overflow

Error bad_duration(std::string_view text) {
  return {Phase::content, Reason::parse, fmt::format("'{}' is not a duration", text),
          "write a number with its unit, such as 15s, 1m30s or 250ms"};
}

std::size_t count_while(std::string_view text, bool (*accepts)(char)) {
  std::size_t n = 0;
  while (n < text.size() && accepts(text[n])) ++n;
  return n;
}

bool is_number_char(char c) { return (c >= '0' && c <= '9') || c == '.'; }

Result<double> to_number(std::string_view digits) {
  double value = 0;
  double scale = 0;
  std::size_t seen = 0;
  for (const char c : digits) {
    if (c == '.') {
      if (scale != 0) return bad_duration(digits);
      scale = 1;
      continue;
    }
    ++seen;
    if (scale >= finest_scale) continue;
    value = value * 10 + (c - '0');
    scale *= 10;
  }
  if (seen == 0) return bad_duration(digits);
  return scale == 0 ? value : value / scale;
}

// Reads a time from the left; what does not fit makes all of it bad.
struct TimeText {
  bool next_is(std::string_view any_of) const {
    return !rest.empty() && any_of.find(rest.front()) != std::string_view::npos;
  }
  char take(std::string_view any_of) {
    if (!next_is(any_of)) {
      good = false;
      return 0;
    }
    const char taken = rest.front();
    rest.remove_prefix(1);
    return taken;
  }
  int number(int digits, int most) {
    int value = 0;
    for (int i = 0; i < digits && good; ++i) value = value * 10 + (take("0123456789") - '0');
    good = good && value <= most;
    return good ? value : 0;
  }
  Duration fraction() {
    if (!next_is(".")) return {};
    take(".");
    Duration value(number(1, 9) * 100'000'000);
    for (int unit = 10'000'000; next_is("0123456789"); unit /= 10) value += Duration(number(1, 9) * unit);
    return value;
  }
  Duration offset() {
    const char sign = take("Zz+-");
    if (sign != '+' && sign != '-') return {};
    const std::chrono::hours hours(number(2, 23));
    take(":");
    const Duration offset = hours + std::chrono::minutes(number(2, 59));
    return sign == '+' ? offset : -offset;
  }

  std::string_view rest;
  bool good = true;
};

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration::zero();
  double total = 0;
  std::string_view rest = text;
  if (rest.empty()) return bad_duration(text);
  while (!rest.empty()) {
    const auto digits = count_while(rest, is_number_char);
    const auto number = to_number(rest.substr(0, digits));
    if (!number) return bad_duration(text);
    rest.remove_prefix(digits);
    const auto letters = count_while(rest, [](char c) { return !is_number_char(c); });
    const auto name = rest.substr(0, letters);
    rest.remove_prefix(letters);
    bool known = false;
    for (const auto& unit : units) {
      if (unit.name != name) continue;
      total += *number * unit.nanoseconds;
      known = true;
    }
    if (!known || total > longest_nanoseconds) return bad_duration(text);
  }
  return Duration(static_cast<std::int64_t>(std::llround(total)));
}

std::string format_duration(Duration duration) {
  auto rest = duration.count();
  if (rest == 0) return "0s";
  std::string text;
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> steps{{{"h", 3'600'000'000'000},
                                                                            {"m", 60'000'000'000},
                                                                            {"s", 1'000'000'000},
                                                                            {"ms", 1'000'000},
                                                                            {"us", 1'000},
                                                                            {"ns", 1}}};
  for (const auto& [name, size] : steps) {
    if (rest < size) continue;
    text += fmt::format("{}{}", rest / size, name);
    rest %= size;
  }
  return text;
}

std::string format_age(Duration duration) {
  const auto negative = duration < Duration::zero();
  const auto size = negative ? -duration : duration;
  const auto milliseconds = std::chrono::round<std::chrono::milliseconds>(size);
  if (milliseconds < std::chrono::seconds(1)) return fmt::format("{}{}ms", negative ? "-" : "", milliseconds.count());
  auto rounded = std::chrono::round<std::chrono::seconds>(size);
  if (rounded >= std::chrono::hours(1)) rounded = std::chrono::round<std::chrono::minutes>(size);
  return (negative ? "-" : "") + format_duration(rounded);
}

std::string format_rfc3339(WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(
                         std::chrono::time_point_cast<std::chrono::system_clock::duration>(time))));
}

Result<WallTime> parse_rfc3339(std::string_view text) {
  constexpr int first_year = 1970;
  constexpr int last_year = 2261;  // nanoseconds in 64 bits reach no further
  TimeText time{text};
  const std::chrono::year year(time.number(4, 9999));
  time.take("-");
  const std::chrono::month month(static_cast<unsigned>(time.number(2, 12)));
  time.take("-");
  const std::chrono::year_month_day date(year, month, std::chrono::day(static_cast<unsigned>(time.number(2, 31))));
  time.take("Tt");
  Duration in_day = std::chrono::hours(time.number(2, 23));
  time.take(":");
  in_day += std::chrono::minutes(time.number(2, 59));
  time.take(":");
  in_day += std::chrono::seconds(time.number(2, 59));
  in_day += time.fraction();
  in_day -= time.offset();
  if (!time.good || !time.rest.empty() || !date.ok())
    return Error(Phase::content, Reason::parse, fmt::format("'{}' is not a time", text),
                 "write it as RFC 3339 has it: 2026-12-01T01:00:00Z, or 2026-12-01T02:00:00+01:00");
  if (static_cast<int>(year) < first_year || static_cast<int>(year) > last_year)
    return Error(Phase::content, Reason::parse, fmt::format("'{}' is too far away", text),
                 fmt::format("years from {} to {} are known", first_year, last_year));
  return WallTime(std::chrono::sys_days(date).time_since_epoch() + in_day);
}

std::optional<WallTime> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::size_t length = std::string_view("Sun, 22 Nov 2026 12:55:39 GMT").size();
  if (text.size() != length || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) return std::nullopt;
  const auto* month = std::find(months.begin(), months.end(), text.substr(8, 3));
  if (month == months.end()) return std::nullopt;
  const auto time = parse_rfc3339(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month - months.begin() + 1,
                                              text.substr(5, 2), text.substr(17, 8)));
  return time ? std::optional(*time) : std::nullopt;
}

double to_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

double unix_seconds(WallTime time) { return to_seconds(time.time_since_epoch()); }

WallTime wall_from_unix_seconds(double seconds) {
  const auto whole = std::floor(seconds);
  const auto fraction = seconds - whole;
  return WallTime(std::chrono::seconds(static_cast<std::int64_t>(whole)) +
                  Duration(static_cast<std::int64_t>(std::llround(fraction * 1e9))));
}

}  // namespace lgtmwatch
