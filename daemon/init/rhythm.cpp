#include "daemon/init/rhythm.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "daemon/base/json.hpp"
#include "probes/mimir/mimir_api.hpp"
#include "probes/numbers.hpp"
#include "probes/tempo/tempo_answers.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;
using Times = std::vector<WallTime>;

constexpr std::array<Duration, 12> usual_ages{1min, 2min, 5min, 10min, 15min, 30min, 1h, 2h, 6h, 12h, 24h, 48h};
constexpr std::size_t fewest_records = 3;

std::string text_of(const boost::json::object& labels, std::string_view name) {
  const auto* value = labels.if_contains(boost::json::string_view(name.data(), name.size()));
  return value && value->is_string() ? std::string(value->get_string().c_str()) : std::string();
}

// result[].values[][0], each read by time_of.
Result<Times> times_in(const JsonPath& data, Result<WallTime> (*time_of)(const JsonPath&)) {
  const auto result = data.member("result");
  if (!result) return result.error();
  const auto series = result->array_size();
  if (!series) return series.error();
  Times times;
  for (std::size_t i = 0; i < *series; ++i) {
    const auto values = result->element(i)->member("values");
    if (!values) continue;
    const auto count = values->array_size();
    for (std::size_t j = 0; count && j < *count; ++j) {
      const auto stamp = values->element(j)->element(0);
      const auto time = stamp ? time_of(*stamp) : stamp.error();
      if (!time) return time.error();
      times.push_back(*time);
    }
  }
  return times;
}

}  // namespace

Rhythm rhythm_of(Times times, WallTime now) {
  Rhythm rhythm;
  rhythm.records = times.size();
  if (times.empty()) return rhythm;
  std::sort(times.begin(), times.end());
  rhythm.age = std::max<Duration>(now - times.back(), Duration::zero());
  rhythm.longest_gap = rhythm.age;
  for (std::size_t i = 1; i < times.size(); ++i)
    rhythm.longest_gap = std::max<Duration>(rhythm.longest_gap, times[i] - times[i - 1]);
  return rhythm;
}

std::optional<Duration> max_age_from(Signal signal, const Rhythm& rhythm) {
  if (rhythm.records < fewest_records) return std::nullopt;
  const bool regular = signal == Signal::metrics;
  const auto least = std::max<Duration>((regular ? 4 : 3) * rhythm.longest_gap, regular ? 1min : 5min);
  const auto found = std::find_if(usual_ages.begin(), usual_ages.end(), [&](Duration age) { return age >= least; });
  return found == usual_ages.end() ? usual_ages.back() : *found;
}

Result<Times> parse_sample_times(std::string_view body) {
  const auto data = parse_envelope(body);
  if (!data) return data.error();
  return times_in(JsonPath(*data), sample_time);
}

Result<Times> parse_line_times(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto data = JsonPath(*document).member("data");
  if (!data) return data.error();
  return times_in(*data, unix_nanoseconds);
}

Result<Times> parse_trace_times(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const JsonPath root(*document);
  const auto listed = tempo_list(root, "traces");
  if (!listed) return listed.error();
  Times times;
  if (!*listed) return times;
  const auto count = (*listed)->array_size();
  if (!count) return count.error();
  for (std::size_t i = 0; i < *count; ++i) {
    const auto stamp = (*listed)->element(i)->member("startTimeUnixNano");
    const auto time = stamp ? unix_nanoseconds(*stamp) : stamp.error();
    if (!time) return time.error();
    times.push_back(*time);
  }
  return times;
}

Result<std::vector<LogStream>> parse_log_streams(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  std::set<LogStream> streams;
  const auto* data = JsonPath(*document).find("data");  // Loki leaves it out where there is nothing
  const auto* list = data ? data->if_array() : nullptr;
  if (!document->is_object() || (data && !list))
    return Error(Phase::content, Reason::mismatch, "the answer is no list of streams: this is not Loki's API");
  for (std::size_t i = 0; list && i < list->size(); ++i)
    if (const auto* labels = (*list)[i].if_object())
      streams.insert({text_of(*labels, "service_name"), text_of(*labels, "container"), text_of(*labels, "filename")});
  return std::vector<LogStream>(streams.begin(), streams.end());
}

}  // namespace lgtmwatch
