#include "probes/canary/canary_adoption.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/base/json.hpp"
#include "daemon/model/own.hpp"
#include "probes/mimir/mimir_api.hpp"
#include "probes/numbers.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

// Calls visit(element) for the elements of an array; what is no array has none.
template <class Visit>
void for_each(const boost::json::value* list, Visit visit) {
  const auto* array = list ? list->if_array() : nullptr;
  if (!array) return;
  for (const auto& element : *array) visit(JsonPath(element));
}

std::string text_of(const boost::json::value* value) {
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : std::string();
}

Result<boost::json::value> list_in(const JsonPath& parent, std::string_view key) {
  const auto list = parent.member(key);
  if (!list) return list.error();
  const auto size = list->array_size();
  if (!size) return size.error();
  return list->value();
}

bool is_between(WallTime time, const EarlierCanaries& which) { return time >= which.since && time < which.until; }

// By their tokens, so that copies count once.
void note_line(std::string_view line, const EarlierCanaries& which, std::set<std::string>& found) {
  const auto canary = wire::parse_canary_line(line);
  if (canary && canary->id.route == which.route && is_between(canary->written, which))
    found.insert(wire::canary_token(canary->id));
}

std::int64_t whole_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

// The label of the stack is a label of the stream or metadata of the line; both stand beside the lines in the answer.
HttpRequest ask_loki_for_earlier(const EarlierCanaries& which) {
  const auto query = fmt::format("{{service_name=\"{}\"}} |= \"-{}-\"", canary_service_name, which.route);
  const auto ns = [](WallTime time) { return time.time_since_epoch().count(); };
  return HttpRequest(fmt::format("/loki/api/v1/query_range?query={}&limit={}&direction=backward&start={}&end={}",
                                 percent_encode(query), most_adopted, ns(which.since), ns(which.until)));
}

HttpRequest ask_tempo_for_earlier(const EarlierCanaries& which) {
  const auto query = fmt::format(
      "{{resource.service.name=\"{}\" && span.{}={} && span.{}={}}} | select(span.{}) with (most_recent=true)",
      canary_service_name, wire::canary_stack_label, promql_string(which.stack), wire::canary_route_label,
      promql_string(which.route), wire::canary_attribute);
  return HttpRequest(fmt::format("/api/search?q={}&limit={}&spss=1&start={}&end={}", percent_encode(query),
                                 most_adopted, whole_seconds(which.since), whole_seconds(which.until) + 1));
}

HttpRequest ask_mimir_for_earlier(const EarlierCanaries& which, std::string_view api_prefix) {
  const auto range = std::chrono::ceil<std::chrono::seconds>(which.until - which.since);
  const auto query =
      fmt::format("{}{{{}={},{}={}}}[{}s]", wire::canary_metric, wire::canary_stack_label, promql_string(which.stack),
                  wire::canary_route_label, promql_string(which.route), range.count());
  return HttpRequest(instant_query(api_prefix, query, which.until));
}

Result<std::size_t> count_earlier_in_loki(std::string_view body, const EarlierCanaries& which) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto data = JsonPath(*document).member("data");
  if (!data) return data.error();
  const auto streams = list_in(*data, "result");
  if (!streams) return streams.error();
  std::set<std::string> found;
  for_each(&*streams, [&](const JsonPath& stream) {
    const auto labels = stream.member("stream");
    if (!labels || text_of(labels->find(wire::canary_stack_label)) != which.stack) return;
    for_each(stream.find("values"), [&](const JsonPath& entry) {
      const auto line = entry.element(1);
      if (line) note_line(text_of(&line->value()), which, found);
    });
  });
  return found.size();
}

Result<std::size_t> count_earlier_in_tempo(std::string_view body, const EarlierCanaries& which) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  std::set<std::string> found;
  const auto look_at_attribute = [&](const JsonPath& attribute) {
    const auto value = attribute.member("value");
    if (value && text_of(attribute.find("key")) == wire::canary_attribute)
      note_line(text_of(value->find("stringValue")), which, found);
  };
  for_each(JsonPath(*document).find("traces"), [&](const JsonPath& trace) {
    for_each(trace.find("spanSets"), [&](const JsonPath& set) {
      for_each(set.find("spans"), [&](const JsonPath& span) { for_each(span.find("attributes"), look_at_attribute); });
    });
  });
  return found.size();
}

Result<std::size_t> count_earlier_in_mimir(std::string_view body, const EarlierCanaries& which) {
  const auto data = parse_envelope(body);
  if (!data) return data.error();
  const auto all_series = list_in(JsonPath(*data), "result");
  if (!all_series) return all_series.error();
  std::set<double> found;  // a scraper stores one several times
  for_each(&*all_series, [&](const JsonPath& series) {
    for_each(series.find("values"), [&](const JsonPath& sample) {
      const auto stamp = sample.element(0);
      const auto number = sample.element(1);
      if (!stamp || !number) return;
      const auto time = sample_time(*stamp);
      const auto value = sample_value(*number);
      // A time in seconds comes as a floating point number.
      if (time && value && is_between(std::chrono::round<std::chrono::milliseconds>(*time), which) &&
          wire::sequence_of_value(*value) > 0)
        found.insert(*value);
    });
  });
  return std::min(found.size(), most_adopted);
}

asio::awaitable<Result<std::size_t>> find_earlier_canaries(CanaryOutside& outside, const CanaryRoutePlan& route,
                                                           EarlierCanaries which) {
  Asker asker(outside.clients, route.backend, outside.clock, Deadline(outside.clock.now() + route.timeout));
  auto request = ask_tempo_for_earlier(which);
  if (route.signal == Signal::logs) request = ask_loki_for_earlier(which);
  if (route.signal == Signal::metrics) request = ask_mimir_for_earlier(which, route.api_prefix);
  const auto response = co_await asker.ask_ok(std::move(request));
  if (!response) co_return response.error();
  if (route.signal == Signal::logs) co_return count_earlier_in_loki(response->body, which);
  if (route.signal == Signal::metrics) co_return count_earlier_in_mimir(response->body, which);
  co_return count_earlier_in_tempo(response->body, which);
}

}  // namespace lgtmwatch
