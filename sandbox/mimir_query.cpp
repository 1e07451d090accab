#include "sandbox/mimir_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>

#include "sandbox/answers.hpp"

namespace lgtmwatch::sandbox {
namespace {

namespace json = boost::json;

constexpr std::int64_t lookback_ms = 5 * 60 * 1000;

std::string take_by(std::string_view& text) {
  if (!take(text, "by(")) return {};
  std::string label(text.substr(0, text.find(')')));
  text.remove_prefix(std::min(label.size() + 1, text.size()));
  return label;
}

// Seconds as Prometheus writes them: whole where they are.
json::value seconds(std::int64_t ms) {
  if (ms % 1000 == 0) return ms / 1000;
  return static_cast<double>(ms) / 1e3;
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::to_string(value);
}

json::array pair(std::int64_t ms, double value) {
  json::array out;
  out.emplace_back(seconds(ms));
  out.emplace_back(number(value));
  return out;
}

json::object result(const wire::Labels& labels, const char* key, json::array value) {
  json::object out;
  out["metric"] = to_json(labels);
  out[key] = std::move(value);
  return out;
}

json::value range_answer(const MetricStore& store, const MetricQuery& query, std::int64_t at_ms) {
  json::array results;
  const auto after = at_ms - query.range.count() / 1'000'000;
  for (const auto& view : store.select(query.selector, after, at_ms)) {
    json::array values;
    for (const auto& sample : view.samples) values.emplace_back(pair(sample.ms, sample.value));
    results.emplace_back(result(*view.labels, "values", std::move(values)));
  }
  return query_success("matrix", std::move(results));
}

json::value instant_answer(const MetricStore& store, const MetricQuery& query, std::int64_t at_ms) {
  json::array results;
  for (const auto& view : store.select(query.selector, at_ms - lookback_ms, at_ms))
    results.emplace_back(result(*view.labels, "value", pair(at_ms, view.samples.back().value)));
  return query_success("vector", std::move(results));
}

// count and max(timestamp()): one figure per value of the label.
json::value grouped_answer(const MetricStore& store, const MetricQuery& query, std::int64_t at_ms) {
  std::map<wire::Labels, double> groups;
  const auto back_ms = query.range == Duration{} ? lookback_ms : query.range.count() / 1'000'000;
  for (const auto& view : store.select(query.selector, at_ms - back_ms, at_ms)) {
    wire::Labels key;
    const auto found = view.labels->find(query.by);
    if (found != view.labels->end()) key[query.by] = found->second;
    auto& figure = groups[key];
    const auto time = static_cast<double>(view.samples.back().ms) / 1e3;
    figure = query.form == MetricQuery::Form::count ? figure + 1 : std::max(figure, time);
  }
  json::array results;
  for (const auto& [labels, figure] : groups) results.emplace_back(result(labels, "value", pair(at_ms, figure)));
  return query_success("vector", std::move(results));
}

double per_second(const std::vector<wire::Sample>& samples) {
  double increase = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const auto before = samples[i - 1].value;
    const auto after = samples[i].value;
    increase += after < before ? after : after - before;
  }
  return increase * 1e3 / static_cast<double>(samples.back().ms - samples.front().ms);
}

json::value rate_answer(const MetricStore& store, const MetricQuery& query, std::int64_t at_ms) {
  std::map<wire::Labels, double> groups;
  for (const auto& view : store.select(query.selector, at_ms - query.range.count() / 1'000'000, at_ms)) {
    if (view.samples.size() < 2) continue;
    wire::Labels key;
    const auto found = view.labels->find(query.by);
    if (found != view.labels->end()) key[query.by] = found->second;
    groups[key] += per_second(view.samples);
  }
  json::array results;
  for (const auto& [labels, figure] : groups) results.emplace_back(result(labels, "value", pair(at_ms, figure)));
  return query_success("vector", std::move(results));
}

bool take_range(std::string_view& rest, MetricQuery& query) {
  const auto bracket = rest.rfind('[');
  if (bracket == std::string_view::npos || !take_end(rest, "]")) return false;
  const auto range = parse_duration(rest.substr(bracket + 1));
  if (!range) return false;
  query.range = *range;
  rest = rest.substr(0, bracket);
  return true;
}

}  // namespace

json::object to_json(const wire::Labels& labels) {
  json::object out;
  for (const auto& [name, value] : labels) out[name] = value;
  return out;
}

json::value query_success(const char* result_type, json::array result) {
  json::object data;
  data["resultType"] = result_type;
  data["result"] = std::move(result);
  json::object root;
  root["status"] = "success";
  root["data"] = std::move(data);
  return root;
}

std::optional<wire::Selector> parse_metric_selector(std::string_view text) {
  const auto brace = std::min(text.find('{'), text.size());
  const auto name = text.substr(0, brace);
  const auto matchers = brace < text.size() ? text.substr(brace) : std::string_view("{}");
  for (const char c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != ':') return std::nullopt;
  auto selector = wire::parse_selector(matchers);
  if (!selector || (name.empty() && !wire::asks_for_something(*selector))) return std::nullopt;
  if (!name.empty()) {
    wire::Matcher by_name;
    by_name.name = "__name__";
    by_name.value = name;
    selector->push_back(std::move(by_name));
  }
  return selector;
}

std::optional<MetricQuery> parse_metric_query(std::string_view text) {
  MetricQuery query;
  const auto compact = without_spaces(text);
  std::string_view rest = compact;
  if (take(rest, "count")) {
    query.form = MetricQuery::Form::count;
    query.by = take_by(rest);
    if (!take(rest, "(") || !take_end(rest, ")")) return std::nullopt;
    if (take(rest, "last_over_time(") && (!take_end(rest, ")") || !take_range(rest, query))) return std::nullopt;
  } else if (take(rest, "maxby(")) {
    query.form = MetricQuery::Form::newest;
    query.by = rest.substr(0, rest.find(')'));
    rest.remove_prefix(std::min(query.by.size() + 1, rest.size()));
    if (!take(rest, "(timestamp(") || !take_end(rest, ")") || !take_end(rest, ")")) return std::nullopt;
  } else if (take(rest, "sum")) {
    query.form = MetricQuery::Form::rate;
    query.by = take_by(rest);
    if (!take(rest, "(rate(") || !take_end(rest, ")") || !take_end(rest, ")")) return std::nullopt;
    if (!take_range(rest, query)) return std::nullopt;
  } else if (rest.rfind('[') != std::string_view::npos) {
    query.form = MetricQuery::Form::range;
    if (!take_range(rest, query)) return std::nullopt;
  }
  auto selector = parse_metric_selector(rest);
  if (!selector) return std::nullopt;
  query.selector = std::move(*selector);
  return query;
}

json::value metric_answer(const MetricStore& store, const MetricQuery& query, std::int64_t at_ms) {
  switch (query.form) {
    case MetricQuery::Form::range: return range_answer(store, query, at_ms);
    case MetricQuery::Form::instant: return instant_answer(store, query, at_ms);
    case MetricQuery::Form::rate: return rate_answer(store, query, at_ms);
    default: return grouped_answer(store, query, at_ms);
  }
}

json::value metric_answers(const MetricStore& store, const MetricQuery& query, const Steps& steps) {
  std::map<std::string, json::object> series;
  for (auto at = steps.from_ms; at <= steps.to_ms; at += steps.step_ms) {
    auto answer = metric_answer(store, query, at);
    for (const auto& one : answer.at("data").at("result").as_array()) {
      const auto& metric = one.at("metric");
      auto& made = series[json::serialize(metric)];
      if (made.empty()) made = json::object{{"metric", metric}, {"values", json::array()}};
      made.at("values").as_array().push_back(one.at("value"));
    }
  }
  json::array results;
  for (auto& each : series) results.emplace_back(std::move(each.second));
  return query_success("matrix", std::move(results));
}

}  // namespace lgtmwatch::sandbox
