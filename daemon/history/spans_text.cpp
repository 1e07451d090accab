#include "daemon/history/spans_text.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/base/json.hpp"

namespace lgtmwatch {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr std::size_t columns = 2 + all_standings.size();

std::int64_t milliseconds(Duration duration) { return std::chrono::duration_cast<Milliseconds>(duration).count(); }

Result<AvailabilitySpan> span_in(const JsonPath& row) {
  const auto size = row.array_size();
  if (!size) return size.error();
  if (*size != columns) return Error(Phase::content, Reason::parse, row.path() + ": expected seven numbers");
  std::array<Duration, columns> numbers{};
  for (std::size_t i = 0; i < columns; ++i) {
    const auto number = row.element(i)->number();
    if (!number) return number.error();
    numbers[i] = Milliseconds(static_cast<std::int64_t>(*number));
  }
  AvailabilitySpan span{WallTime(numbers[0]), WallTime(numbers[1]), {}};
  std::copy(numbers.begin() + 2, numbers.end(), span.spent.begin());
  if (span.to < span.from) return Error(Phase::content, Reason::parse, row.path() + ": ends before it begins");
  return span;
}

}  // namespace

std::string spans_text(const std::vector<AvailabilitySpan>& spans) {
  boost::json::array rows;
  for (const auto& span : spans) {
    boost::json::array row{milliseconds(span.from.time_since_epoch()), milliseconds(span.to.time_since_epoch())};
    for (const auto spent : span.spent) row.push_back(milliseconds(spent));
    rows.push_back(std::move(row));
  }
  return boost::json::serialize(rows);
}

Result<std::vector<AvailabilitySpan>> read_spans_text(std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  const JsonPath root(*parsed);
  const auto size = root.array_size();
  if (!size) return size.error();
  std::vector<AvailabilitySpan> spans;
  for (std::size_t i = 0; i < *size; ++i) {
    const auto span = span_in(*root.element(i));
    if (!span) return span.error();
    spans.push_back(*span);
  }
  return spans;
}

}  // namespace lgtmwatch
