#include "probes/numbers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>

namespace lgtmwatch {
namespace {

constexpr double latest_unix_seconds = 9.2e9;  // what nanoseconds in 64 bits can hold

Error not_a_number(const JsonPath& place, std::string_view text) {
  return {Phase::content, Reason::parse,
          fmt::format("{}: expected a number, found \"{}\"", place.path(), text.substr(0, 40))};
}

template <class Number>
Result<Number> whole_text(const JsonPath& place) {
  const auto text = place.string();
  if (!text) return text.error();
  Number number{};
  const auto* begin = text->data() + (text->starts_with('+') ? 1 : 0);  // "+Inf"
  const auto [end, code] = std::from_chars(begin, text->data() + text->size(), number);
  if (code != std::errc() || end != text->data() + text->size()) return not_a_number(place, *text);
  return number;
}

}  // namespace

Result<WallTime> unix_nanoseconds(const JsonPath& place) {
  const auto count = whole_text<std::int64_t>(place);
  if (!count) return count.error();
  return WallTime(Duration(*count));
}

Result<WallTime> sample_time(const JsonPath& place) {
  const auto seconds = place.number();
  if (!seconds) return seconds.error();
  if (!(std::abs(*seconds) < latest_unix_seconds)) return not_a_number(place, fmt::format("{}", *seconds));
  return wall_from_unix_seconds(*seconds);
}

Result<double> sample_value(const JsonPath& place) { return whole_text<double>(place); }

}  // namespace lgtmwatch
