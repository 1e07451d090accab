#include "sandbox/loki_query.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <map>

#include "sandbox/answers.hpp"
#include "sandbox/data.hpp"

namespace lgtmwatch::sandbox {
namespace {

namespace json = boost::json;

json::object to_json(const wire::Labels& labels) {
  json::object out;
  for (const auto& [name, value] : labels) out[name] = value;
  return out;
}

json::value stats() {
  const auto text = data("loki_stats.json");
  return json::parse(json::string_view(text.data(), text.size()));
}

json::value success(const char* result_type, json::array result) {
  json::object body;
  body["resultType"] = result_type;
  body["result"] = std::move(result);
  body["stats"] = stats();
  json::object root;
  root["status"] = "success";
  root["data"] = std::move(body);
  return root;
}

json::array value_of(const wire::LogEntry& entry, bool categorize) {
  json::array value;
  value.emplace_back(fmt::to_string(entry.ns));
  value.emplace_back(entry.line);
  if (!categorize) return value;
  json::object third;
  third["structuredMetadata"] = to_json(entry.metadata);
  value.emplace_back(std::move(third));
  return value;
}

}  // namespace

std::optional<std::int64_t> parse_loki_time(std::string_view text) {
  constexpr std::int64_t farthest = 9'000'000'000;  // seconds, so that nanoseconds and their differences fit
  const bool fraction = text.find('.') != std::string_view::npos;
  std::int64_t whole = 0;
  double real = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = fraction ? std::from_chars(text.data(), end, real) : std::from_chars(text.data(), end, whole);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  if (fraction) return real >= 0 && real < farthest ? std::optional(std::int64_t(real * 1e9)) : std::nullopt;
  if (whole < 0 || whole / 1'000'000'000 >= farthest) return std::nullopt;
  if (text.size() > 10) return whole;
  return whole < farthest ? std::optional(whole * 1'000'000'000) : std::nullopt;
}

std::string rfc3339(std::int64_t ns) { return format_rfc3339(WallTime(Duration(ns))); }

json::value streams_answer(const std::vector<LogHit>& hits, bool categorize) {
  std::map<wire::Labels, json::array> by_labels;
  for (const auto& hit : hits) {
    auto labels = *hit.labels;
    if (!categorize) labels.insert(hit.entry->metadata.begin(), hit.entry->metadata.end());
    by_labels[labels].emplace_back(value_of(*hit.entry, categorize));
  }
  json::array result;
  for (auto& [labels, values] : by_labels) {
    json::object one;
    one["stream"] = to_json(labels);
    one["values"] = std::move(values);
    result.emplace_back(std::move(one));
  }
  auto body = success("streams", std::move(result));
  if (categorize) body.at("data").as_object()["encodingFlags"] = json::array{"categorize-labels"};
  return body;
}

std::optional<LineQuery> parse_line_query(std::string_view text) {
  constexpr std::string_view contains = "} |= ";
  const auto at = text.find(contains);
  LineQuery query;
  if (at != std::string_view::npos) {
    const auto quoted = text.substr(at + contains.size());
    json::error_code failed;
    const auto part = json::parse(json::string_view(quoted.data(), quoted.size()), failed);
    if (failed || !part.is_string()) return std::nullopt;
    query.part = part.as_string().c_str();
    text = text.substr(0, at + 1);
  }
  const auto selector = wire::parse_selector(text);
  if (!selector) return std::nullopt;
  query.selector = *selector;
  return query;
}

std::optional<CountQuery> parse_count_query(std::string_view text) {
  CountQuery query;
  const auto compact = without_spaces(text);
  std::string_view rest = compact;
  query.sum = take(rest, "sum");
  if (query.sum && take(rest, "by(")) {
    query.by = rest.substr(0, rest.find(')'));
    rest.remove_prefix(std::min(query.by.size() + 1, rest.size()));
  }
  if (query.sum && (!take(rest, "(") || !take_end(rest, ")"))) return std::nullopt;
  if (!take(rest, "count_over_time(") || !take_end(rest, "])")) return std::nullopt;
  const auto bracket = rest.rfind('[');
  if (bracket == std::string_view::npos) return std::nullopt;
  const auto range = parse_duration(rest.substr(bracket + 1));
  auto selector = wire::parse_selector(rest.substr(0, bracket));
  if (!range || !selector) return std::nullopt;
  query.range = *range;
  query.selector = std::move(*selector);
  return query;
}

json::value count_answer(const LogStore& store, const CountQuery& query, std::int64_t at_ns) {
  std::map<wire::Labels, std::uint64_t> counts;
  const Window window{at_ns - query.range.count() + 1, at_ns + 1};
  for (const auto& hit : store.select(query.selector, window, SIZE_MAX, true)) {
    wire::Labels key;
    if (!query.sum) key = *hit.labels;
    if (!query.sum) key.insert(hit.entry->metadata.begin(), hit.entry->metadata.end());
    const auto found = hit.labels->find(query.by);
    if (found != hit.labels->end()) key[query.by] = found->second;
    ++counts[key];
  }
  const auto at_ms = at_ns / 1'000'000;
  json::array result;
  for (const auto& [labels, count] : counts) {
    json::array value;
    value.emplace_back(static_cast<double>(at_ms) / 1e3);
    value.emplace_back(fmt::to_string(count));
    json::object one;
    one["metric"] = to_json(labels);
    one["value"] = std::move(value);
    result.emplace_back(std::move(one));
  }
  return success("vector", std::move(result));
}

}  // namespace lgtmwatch::sandbox
