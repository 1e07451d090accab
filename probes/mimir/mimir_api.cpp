#include "probes/mimir/mimir_api.hpp"

#include <fmt/format.h>

#include "daemon/base/json.hpp"
#include "probes/numbers.hpp"

namespace lgtmwatch {
namespace {

Result<boost::json::value> result_of_type(std::string_view body, std::string_view type) {
  auto document = parse_envelope(body);
  if (!document) return document;
  const auto found = JsonPath(*document).member("resultType");
  if (!found) return found.error();
  const auto name = found->string();
  if (!name) return name.error();
  if (*name != type)
    return Error(Phase::content, Reason::mismatch, fmt::format("the query gave a {}, expected a {}", *name, type));
  return document;
}

void keep_newest(std::optional<WallTime>& newest, WallTime time) {
  if (!newest || time > *newest) newest = time;
}

Result<WallTime> time_of(const JsonPath& sample) {
  const auto stamp = sample.element(0);
  return stamp ? sample_time(*stamp) : stamp.error();
}

Result<double> value_of(const JsonPath& sample) {
  const auto number = sample.element(1);
  return number ? sample_value(*number) : number.error();
}

// Nothing, or the error of the first sample that cannot be read. A series has "values" or, of native histograms,
// "histograms".
std::optional<Error> read_series(const JsonPath& series, NewestSamples& newest) {
  const auto values = series.member("values");
  const auto samples = values ? values : series.member("histograms");
  if (!samples) return values.error();
  const auto count = samples->array_size();
  if (!count) return count.error();
  for (std::size_t i = 0; i < *count; ++i) {
    const auto sample = *samples->element(i);
    const auto time = time_of(sample);
    if (!time) return time.error();
    const auto value = values ? value_of(sample) : Result<double>(1.0);
    if (!value) return value.error();
    keep_newest(newest.any, *time);
    if (*value != 0) keep_newest(newest.not_zero, *time);
  }
  return std::nullopt;
}

}  // namespace

std::string instant_query(std::string_view api_prefix, std::string_view promql, WallTime at) {
  return fmt::format("{}/api/v1/query?query={}&time={:.3f}", api_prefix, percent_encode(promql), unix_seconds(at));
}

std::string instant_query(const MimirPlan& mimir, std::string_view promql, WallTime at) {
  return instant_query(mimir.api_prefix, promql, at);
}

Result<boost::json::value> parse_envelope(std::string_view body) {
  auto document = parse_json(body);
  if (!document) return document;
  const JsonPath root(*document);
  const auto status = root.member("status");
  if (!status) return status.error();
  if (status->value() != "success") {
    const auto* why = root.find("error");
    return Error(Phase::content, Reason::http_status,
                 fmt::format("the query failed: {}", why && why->is_string() ? why->as_string().c_str() : "no reason"));
  }
  const auto data = root.member("data");
  if (!data) return data.error();
  return boost::json::value(data->value());
}

Result<std::vector<JobValue>> parse_vector(std::string_view body) {
  const auto data = result_of_type(body, "vector");
  if (!data) return data.error();
  const auto result = JsonPath(*data).member("result");
  if (!result) return result.error();
  const auto count = result->array_size();
  if (!count) return count.error();
  std::vector<JobValue> values;
  for (std::size_t i = 0; i < *count; ++i) {
    const auto series = *result->element(i);
    JobValue entry;
    const auto metric = series.member("metric");
    if (!metric) return metric.error();
    if (const auto job = metric->member("job")) entry.job = job->string() ? *job->string() : "";
    const auto sample = series.member("value");
    if (!sample) return sample.error();
    const auto number = sample->element(1);
    if (!number) return number.error();
    const auto value = sample_value(*number);
    if (!value) return value.error();
    entry.value = *value;
    values.push_back(std::move(entry));
  }
  return values;
}

Result<NewestSamples> parse_newest_samples(std::string_view body) {
  const auto data = result_of_type(body, "matrix");
  if (!data) return data.error();
  const auto result = JsonPath(*data).member("result");
  if (!result) return result.error();
  const auto count = result->array_size();
  if (!count) return count.error();
  NewestSamples newest;
  for (std::size_t i = 0; i < *count; ++i)
    if (auto problem = read_series(*result->element(i), newest)) return *problem;
  return newest;
}

Result<std::vector<std::string>> parse_string_list(std::string_view body) {
  const auto data = parse_envelope(body);
  if (!data) return data.error();
  const JsonPath list(*data);
  const auto count = list.array_size();
  if (!count) return count.error();
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < *count; ++i) {
    auto text = list.element(i)->string();
    if (!text) return text.error();
    texts.push_back(std::move(*text));
  }
  return texts;
}

std::string promql_string(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') literal += '\\';
    if (c == '\n') {
      literal += "\\n";
    } else {
      literal += c;
    }
  }
  return literal + "\"";
}

}  // namespace lgtmwatch
