#include "sandbox/grafana_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>
#include <string>

#include "daemon/base/time.hpp"
#include "daemon/base/url.hpp"
#include "sandbox/answers.hpp"

namespace lgtmwatch::sandbox {
namespace {

namespace json = boost::json;

constexpr std::int64_t shortest_step_ms = 15'000;
constexpr std::int64_t shortest_rate_ms = 60'000;

std::int64_t number_of(const json::object& object, std::string_view key, std::int64_t otherwise) {
  const auto* value = object.if_contains(key);
  return value && value->is_int64() ? value->as_int64() : otherwise;
}

std::int64_t step_of(const json::object& query) {
  return std::max(number_of(query, "intervalMs", shortest_step_ms), shortest_step_ms);
}

bool is_instant(std::string_view type, const json::object& query) {
  const auto* instant = query.if_contains("instant");
  return type == "loki" ? text_of(query, "queryType") == "instant" : instant && *instant == true;
}

// What Grafana's server itself replaces in an expression.
std::string expression_of(const json::object& query, const QueryTime& time) {
  const auto seconds = [](std::int64_t ms) { return fmt::format("{}s", ms / 1000); };
  const auto step = step_of(query);
  auto text = replace_all(text_of(query, "expr"), "$__rate_interval",
                          seconds(std::max(step + shortest_step_ms, shortest_rate_ms)));
  text = replace_all(std::move(text), "$__interval", seconds(step));
  return replace_all(std::move(text), "$__range", seconds(time.to_ms - time.from_ms));
}

std::optional<std::int64_t> parse_time(std::string_view text, std::int64_t now_ms) {
  constexpr std::string_view before = "now-";
  if (text == "now") return now_ms;
  if (starts_with(text, before)) {
    const auto length = parse_duration(text.substr(before.size()));
    return length ? std::optional(now_ms - length->count() / 1'000'000) : std::nullopt;
  }
  std::int64_t ms = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), ms);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole ? std::optional(ms) : std::nullopt;
}

json::object field(const char* name, const char* type, const char* go_type) {
  return {{"name", name}, {"type", type}, {"typeInfo", json::object{{"frame", go_type}}}};
}

json::object frame(const json::object& query, json::object meta, json::array fields, json::array columns) {
  meta["executedQueryString"] = "Expr: " + text_of(query, "expr");
  json::object schema{{"refId", text_of(query, "refId")}, {"meta", std::move(meta)}, {"fields", std::move(fields)}};
  return {{"schema", std::move(schema)}, {"data", json::object{{"values", std::move(columns)}}}};
}

json::value ms_of(const json::value& seconds) { return std::llround(seconds.to_number<double>() * 1e3); }

double figure_of(const json::value& text) { return std::stod(text.as_string().c_str()); }

// A series of a matrix or vector: its times and values.
json::object figures_frame(const json::object& query, const char* kind, const json::object& series) {
  json::array times;
  json::array values;
  const auto* points = series.if_contains("values");
  const json::array all = points ? points->as_array() : json::array{series.at("value")};
  for (const auto& point : all) {
    times.push_back(ms_of(point.at(0)));
    values.emplace_back(figure_of(point.at(1)));
  }
  auto value = field("Value", "number", "float64");
  value["labels"] = series.at("metric");
  json::object meta{{"type", "timeseries-multi"}, {"custom", json::object{{"resultType", kind}}}};
  return frame(query, std::move(meta), {field("Time", "time", "time.Time"), std::move(value)},
               {std::move(times), std::move(values)});
}

// Of log lines there is one frame with all streams, even where there is no line.
json::object lines_frame(const json::object& query, const json::array& streams) {
  std::array<json::array, 5> columns;
  for (const auto& stream : streams)
    for (const auto& line : stream.at("values").as_array()) {
      const std::string ns(line.at(0).as_string());
      columns[0].push_back(stream.at("stream"));
      columns[1].emplace_back(std::stoll(ns) / 1'000'000);
      columns[2].push_back(line.at(1));
      columns[3].emplace_back(ns);
      columns[4].emplace_back(fmt::format("{}_{}", ns, text_of(query, "refId")));
    }
  json::array values;
  for (auto& column : columns) values.emplace_back(std::move(column));
  return frame(query, {{"custom", json::object{{"frameType", "LabeledTimeValues"}}}},
               {field("labels", "other", "json.RawMessage"), field("Time", "time", "time.Time"),
                field("Line", "string", "string"), field("tsNs", "string", "string"), field("id", "string", "string")},
               std::move(values));
}

json::array frames_of(const json::object& query, const std::string& body) {
  const auto document = json::parse(body);
  const auto& data = document.at("data");
  const std::string kind(data.at("resultType").as_string());
  const auto& result = data.at("result").as_array();
  json::array frames;
  if (kind == "streams") frames.push_back(lines_frame(query, result));
  if (kind == "streams") return frames;
  for (const auto& series : result) frames.push_back(figures_frame(query, kind.c_str(), series.as_object()));
  return frames;
}

json::object failed(std::string what, int status) { return {{"error", std::move(what)}, {"status", status}}; }

std::string without_end_of_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::optional<QueryTime> time_of(const json::object& request, std::int64_t now_ms) {
  const auto from = parse_time(text_of(request, "from"), now_ms);
  const auto to = parse_time(text_of(request, "to"), now_ms);
  if (!from || !to || *from > *to) return std::nullopt;
  return QueryTime{*from, *to};
}

std::string target_of(std::string_view type, const json::object& query, const QueryTime& time) {
  if (type == "tempo") return "/api/traces/" + percent_encode(text_of(query, "query"));
  const auto expression = percent_encode(expression_of(query, time));
  const std::string_view api = type == "loki" ? "/loki/api/v1" : "/api/v1";
  const auto written = [&](std::int64_t ms) {
    return type == "loki" ? fmt::to_string(ms * 1'000'000) : fmt::format("{:.3f}", static_cast<double>(ms) / 1e3);
  };
  if (is_instant(type, query)) return fmt::format("{}/query?query={}&time={}", api, expression, written(time.to_ms));
  const auto lines =
      type == "loki" ? fmt::format("&direction=backward&limit={}", number_of(query, "maxLines", 1000)) : std::string();
  return fmt::format("{}/query_range?query={}&start={}&end={}&step={}{}", api, expression, written(time.from_ms),
                     written(time.to_ms), step_of(query) / 1000, lines);
}

std::optional<json::object> result_of(std::string_view type, const json::object& query, const ServerResponse& answer) {
  if (type == "tempo")
    return failed(fmt::format("failed to get trace with id: {} Status: {} Body: ", text_of(query, "query"),
                              answer.status == 404 ? "404 Not Found" : fmt::to_string(answer.status)),
                  500);
  if (answer.status == 200) return json::object{{"status", 200}, {"frames", frames_of(query, answer.body)}};
  if (type == "loki") return failed(without_end_of_line(answer.body), 500);
  // The recorded version says no more of a query that Prometheus does not understand.
  if (answer.status == 400) return json::object{{"status", 200}, {"frames", json::array()}};
  return std::nullopt;
}

std::optional<json::object> unreachable_result(std::string_view type, const std::string& url) {
  if (type == "prometheus") return std::nullopt;
  const auto address = url.substr(url.find("//") + 2);
  return failed(
      fmt::format("Get \"{}\": dial tcp {}: connect: connection refused", url, address.substr(0, address.find('/'))),
      502);
}

}  // namespace lgtmwatch::sandbox
