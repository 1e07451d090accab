#include "probes/canary/canary_read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "daemon/base/json.hpp"
#include "daemon/model/own.hpp"
#include "probes/answers.hpp"
#include "probes/mimir/mimir_api.hpp"
#include "probes/numbers.hpp"
#include "probes/tempo/tempo_answers.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;
using wire::Canary;

constexpr Duration around = 10min;
constexpr Duration around_samples = 1min;
constexpr int most_lines = 12;
constexpr int most_traces = 100;

void count(CanarySight& sight, bool whole) {
  ++sight.copies;
  if (!whole) ++sight.corrupt_copies;
}

// Calls visit(element) for every element of the array in the member; an error where it is missing or no array.
template <class Visit>
Result<void> for_each(const JsonPath& parent, std::string_view key, Visit visit) {
  const auto list = parent.member(key);
  if (!list) return list.error();
  const auto size = list->array_size();
  if (!size) return size.error();
  for (std::size_t i = 0; i < *size; ++i) {
    const auto element = list->element(i);
    const Result<void> visited = visit(*element);
    if (!visited) return visited.error();
  }
  return {};
}

std::string text_at(const JsonPath& parent, std::string_view key) {
  const auto member = parent.member(key);
  const auto text = member ? member->string() : Result<std::string>(member.error());
  return text ? *text : std::string();
}

// Calls visit(line) for every line of the answer that holds the canary's token.
template <class Visit>
Result<void> for_each_line(std::string_view body, const Canary& canary, Visit visit) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto data = JsonPath(*document).member("data");
  if (!data) return data.error();
  return for_each(*data, "result", [&](const JsonPath& stream) {
    return for_each(stream, "values", [&](const JsonPath& entry) -> Result<void> {
      const auto line = entry.element(1);
      if (!line) return line.error();
      const auto text = line->string();
      if (!text) return text.error();
      if (text->find(wire::canary_token(canary.id)) != std::string::npos) visit(*text);
      return {};
    });
  });
}

// Of the lines of one canary: how often each was found whole, and what bears its token and is none of them.
struct LineCounts {
  explicit LineCounts(const Canary& canary) : lines(wire::canary_lines(canary)), whole(lines.size()) {}

  void look_at(const std::string& text) {
    const auto found = std::find(lines.begin(), lines.end(), text);
    ++(found == lines.end() ? corrupt : whole[static_cast<std::size_t>(found - lines.begin())]);
  }
  // It is there where all of its lines are.
  CanarySight sight() const {
    const auto [fewest, most] = std::minmax_element(whole.begin(), whole.end());
    return {(*fewest > 0 ? *most : 0) + corrupt, corrupt};
  }

  std::vector<std::string> lines;
  std::vector<std::size_t> whole;
  std::size_t corrupt = 0;
};

// Tempo merges copies of one span, so that a trace holds it once however often it was written.
Result<void> look_at_span(const JsonPath& span, const Canary& canary, CanarySight& sight) {
  bool whole = false;
  const auto found = for_each(span, "attributes", [&](const JsonPath& attribute) -> Result<void> {
    const auto value = attribute.member("value");
    if (!value) return value.error();
    whole |= text_at(attribute, "key") == wire::canary_attribute &&
             text_at(*value, "stringValue") == wire::canary_line(canary);
    return {};
  });
  count(sight, found && whole);
  return {};
}

struct TimedValue {
  WallTime time;
  double value = 0;
};

Result<TimedValue> timed_value(const JsonPath& sample) {
  const auto stamp = sample.element(0);
  const auto time = stamp ? sample_time(*stamp) : Result<WallTime>(stamp.error());
  if (!time) return time.error();
  const auto number = sample.element(1);
  const auto value = number ? sample_value(*number) : Result<double>(number.error());
  if (!value) return value.error();
  return TimedValue{*time, *value};
}

// Calls visit(sample) for every sample of the answer to a range query.
template <class Visit>
Result<void> for_each_sample(std::string_view body, Visit visit) {
  const auto data = parse_envelope(body);
  if (!data) return data.error();
  return for_each(JsonPath(*data), "result", [&](const JsonPath& series) {
    return for_each(series, "values", [&](const JsonPath& element) -> Result<void> {
      const auto sample = timed_value(element);
      if (!sample) return sample.error();
      visit(*sample);
      return {};
    });
  });
}

HttpRequest ask_for_series(const Canary& canary, std::string_view api_prefix, Duration range, WallTime until) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(range);
  const auto query =
      fmt::format("{}{{{}={},{}={}}}[{}s]", wire::canary_metric, wire::canary_stack_label, promql_string(canary.stack),
                  wire::canary_route_label, promql_string(canary.id.route), seconds.count());
  return HttpRequest(instant_query(api_prefix, query, until));
}

// Of a value that somebody altered anything may be left.
bool has_sequence_of(double value, const Canary& canary) {
  return value >= 0 && value < 0x1p53 && wire::sequence_of_value(value) == canary.id.sequence;
}

}  // namespace

std::string selector_of_own_streams() { return fmt::format("{{service_name=\"{}\"}}", canary_service_name); }

HttpRequest ask_loki_for(const Canary& canary, std::string_view selector, WallTime now) {
  const auto query = fmt::format("{} |= \"canary={} \"", selector, wire::canary_token(canary.id));
  const auto ns = [](WallTime time) { return time.time_since_epoch().count(); };
  return HttpRequest(fmt::format("/loki/api/v1/query_range?query={}&limit={}&direction=backward&start={}&end={}",
                                 percent_encode(query), most_lines, ns(canary.written - around), ns(now + around)));
}

Result<CanarySight> find_in_loki(std::string_view body, const Canary& canary) {
  LineCounts counts(canary);
  const auto looked = for_each_line(body, canary, [&](const std::string& line) { counts.look_at(line); });
  if (!looked) return looked.error();
  return counts.sight();
}

Result<CanarySight> find_wrapped_in_loki(std::string_view body, const Canary& canary) {
  const auto whole = wire::canary_line(canary);
  CanarySight sight;
  const auto looked = for_each_line(
      body, canary, [&](const std::string& line) { count(sight, line.find(whole) != std::string::npos); });
  if (!looked) return looked.error();
  return sight;
}

HttpRequest ask_tempo_for(const Canary& canary) {
  return HttpRequest("/api/traces/" + wire::canary_trace_id(canary.id));
}

Result<CanarySight> find_in_tempo(const HttpResponse& response, const Canary& canary, const std::string& address) {
  CanarySight sight;
  if (response.status == 404 && response.body.empty()) return sight;
  if (response.status != 200) return status_error(response, address);
  const auto document = parse_json(response.body);
  if (!document) return document.error();
  const auto looked = for_each(JsonPath(*document), "batches", [&](const JsonPath& batch) {
    return for_each(batch, "scopeSpans", [&](const JsonPath& scope) {
      return for_each(scope, "spans", [&](const JsonPath& span) { return look_at_span(span, canary, sight); });
    });
  });
  if (!looked) return looked.error();
  return sight;
}

HttpRequest ask_tempo_search_for(const Canary& canary, Duration deadline) {
  const auto query = fmt::format("{{resource.service.name=\"{}\" && span.{}={} && span.{}={}}} with (most_recent=true)",
                                 canary_service_name, wire::canary_stack_label, promql_string(canary.stack),
                                 wire::canary_route_label, promql_string(canary.id.route));
  const auto start = std::chrono::floor<std::chrono::seconds>(canary.written.time_since_epoch()).count() - 1;
  const auto end = start + 2 + std::chrono::ceil<std::chrono::seconds>(deadline).count();
  return HttpRequest(
      fmt::format("/api/search?q={}&limit={}&spss=1&start={}&end={}", percent_encode(query), most_traces, start, end));
}

Result<CanarySight> find_in_search(std::string_view body, const Canary& canary) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto traces = tempo_list(JsonPath(*document), "traces");
  if (!traces) return traces.error();
  CanarySight sight;
  const auto count = *traces ? (*traces)->array_size() : Result<std::size_t>(0);
  if (!count) return count.error();
  for (std::size_t i = 0; i < *count; ++i)
    if (text_at(*(*traces)->element(i), "traceID") == wire::canary_trace_id(canary.id)) sight.copies = 1;
  return sight;
}

HttpRequest ask_mimir_for(const Canary& canary, std::string_view api_prefix, WallTime now) {
  return ask_for_series(canary, api_prefix, now - canary.written + around_samples, now);
}

Result<CanarySight> find_in_mimir(std::string_view body, const Canary& canary) {
  const auto milliseconds = [](WallTime at) { return std::llround(unix_seconds(at) * 1000); };
  CanarySight sight;
  const auto looked = for_each_sample(body, [&](const TimedValue& sample) {
    const bool is_it = sample.value == wire::canary_value(canary);
    if (is_it || milliseconds(sample.time) == milliseconds(canary.written)) count(sight, is_it);
  });
  if (!looked) return looked.error();
  return sight;
}

HttpRequest ask_mimir_for_scraped(const Canary& canary, std::string_view api_prefix, WallTime now) {
  const auto until = now + around_samples;
  return ask_for_series(canary, api_prefix, until - canary.written + around_samples, until);
}

Result<CanarySight> find_scraped_in_mimir(std::string_view body, const Canary& canary) {
  bool is_there = false;
  bool is_altered = false;
  const auto looked = for_each_sample(body, [&](const TimedValue& sample) {
    const bool is_it = sample.value == wire::canary_value(canary);
    is_there |= is_it;
    is_altered |= !is_it && sample.time >= canary.written && has_sequence_of(sample.value, canary);
  });
  if (!looked) return looked.error();
  CanarySight sight;
  sight.copies = is_there || is_altered ? 1 : 0;
  sight.corrupt_copies = is_altered ? 1 : 0;
  return sight;
}

}  // namespace lgtmwatch
