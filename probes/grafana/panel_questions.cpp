#include "probes/grafana/panel_questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "daemon/model/datasource_type.hpp"
#include "probes/answers.hpp"
#include "probes/grafana/datasource_questions.hpp"

namespace lgtmwatch {
namespace {

using boost::json::object;
using boost::json::value;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int points = 100;
constexpr Duration finest = std::chrono::seconds(15);
constexpr std::size_t longest_error = 300;
constexpr std::size_t answer_limit = 4 << 20;
constexpr std::size_t most_searches = 4;
constexpr double latest_ms = 4e12;  // the year 2096

std::string plain(const value& text) { return {text.as_string().data(), text.as_string().size()}; }

std::string text_of(const value& of, std::string_view key) {
  const auto* text = JsonPath(of).find(key);
  return text && text->is_string() ? plain(*text) : std::string();
}

// "scope.tag": the name of an attribute in TraceQL.
std::string attribute_of(const value& filter) {
  auto tag = text_of(filter, "tag");
  const auto scope = text_of(filter, "scope");
  if (scope == "intrinsic") return tag;
  return scope.empty() || scope == "unscoped" ? "." + tag : scope + "." + tag;
}

std::string quoted(std::string_view text) {
  std::string safe = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe + "\"";
}

// Empty where the filter says nothing; several values are alternatives, which TraceQL writes as an expression.
std::string condition_of(const value& filter) {
  const auto* given = JsonPath(filter).find("value");
  if (!given || text_of(filter, "tag").empty()) return {};
  std::string text = given->is_string() ? plain(*given) : std::string();
  const bool several = given->is_array() && given->as_array().size() > 1;
  if (given->is_array())
    for (const auto& each : given->as_array())
      if (each.is_string()) text += (text.empty() ? "" : "|") + plain(each);
  if (text.empty() || text == ".*") return {};
  auto compares = text_of(filter, "operator");
  if (compares.empty()) compares = "=";
  if (several) compares = compares.starts_with("!") ? "!~" : "=~";
  const auto kind = text_of(filter, "valueType");
  const bool as_text = several || kind.empty() || kind == "string";
  return fmt::format("{}{}{}", attribute_of(filter), compares, as_text ? quoted(text) : text);
}

std::string filters_as_traceql(const value& query) {
  std::string conditions;
  const auto* filters = JsonPath(query).find("filters");
  if (filters && filters->is_array())
    for (const auto& filter : filters->as_array())
      if (const auto condition = condition_of(filter); !condition.empty())
        conditions += (conditions.empty() ? "" : " && ") + condition;
  return "{" + conditions + "}";
}

std::optional<std::string> traceql_of(const object& query) {
  const value whole(query);
  const auto kind = text_of(whole, "queryType");
  if (kind == "traceqlSearch") return filters_as_traceql(whole);
  const auto text = text_of(whole, "query");
  const bool is_search =
      kind == "traceql" && text.find('{') != std::string::npos && text.find('|') == std::string::npos;
  return is_search ? std::optional(text) : std::nullopt;
}

HttpRequest search_request(const std::string& uid, const std::string& traceql, Duration range, WallTime now) {
  const auto end = duration_cast<seconds>(now.time_since_epoch());
  return HttpRequest(fmt::format("{}/api/search?q={}&limit=1&spss=1&start={}&end={}", datasource_proxy(uid),
                                 percent_encode(traceql), (end - duration_cast<seconds>(range)).count(), end.count()));
}

HttpRequest query_request(const Queries& asked, Duration range) {
  boost::json::array queries;
  for (auto query : asked) {
    query["maxDataPoints"] = points;
    query["intervalMs"] = duration_cast<milliseconds>(std::max<Duration>(range / points, finest)).count();
    queries.push_back(std::move(query));
  }
  const object body{{"from", fmt::format("now-{}s", duration_cast<seconds>(range).count())},
                    {"to", "now"},
                    {"queries", std::move(queries)}};
  HttpRequest request("POST", "/api/ds/query", "application/json", boost::json::serialize(body));
  request.body_limit = answer_limit;
  return request;
}

bool has_values(const value& frame) {
  const auto* data = JsonPath(frame).find("data");
  const auto* values = data ? JsonPath(*data).find("values") : nullptr;
  if (!values || !values->is_array()) return false;
  return std::any_of(values->as_array().begin(), values->as_array().end(),
                     [](const value& column) { return column.is_array() && !column.as_array().empty(); });
}

PanelJudgement judgement(PanelState state, std::string what) {
  PanelJudgement made;
  made.state = state;
  made.what = std::move(what);
  return made;
}

// The latest value of the columns that hold times, in Unix milliseconds.
std::optional<WallTime> newest_in(const value& frame) {
  const auto* schema = JsonPath(frame).find("schema");
  const auto* fields = schema ? JsonPath(*schema).find("fields") : nullptr;
  if (!fields || !fields->is_array()) return std::nullopt;
  const auto& columns = JsonPath(*JsonPath(frame).find("data")).find("values")->as_array();
  std::optional<WallTime> newest;
  for (std::size_t i = 0; i < std::min(columns.size(), fields->as_array().size()); ++i) {
    if (text_of(fields->as_array()[i], "type") != "time" || !columns[i].is_array()) continue;
    for (const auto& time : columns[i].as_array()) {
      boost::json::error_code no_number;
      const auto ms = time.to_number<double>(no_number);
      if (no_number || !(ms > 0) || ms > latest_ms) continue;
      newest = std::max(newest.value_or(WallTime()), wall_from_unix_seconds(ms / 1e3));
    }
  }
  return newest;
}

bool is_hidden(const Panel& panel, std::string_view reference) {
  return std::find(panel.hidden.begin(), panel.hidden.end(), reference) != panel.hidden.end();
}

void add_frames(const value& result, PanelJudgement& made) {
  const auto* frames = JsonPath(result).find("frames");
  if (!frames || !frames->is_array()) return;
  for (const auto& frame : frames->as_array()) {
    if (!has_values(frame)) continue;
    made.state = PanelState::data;
    made.newest = std::max(made.newest, newest_in(frame));
  }
}

PanelJudgement judge_results(const object& results, const Panel& panel) {
  if (results.empty()) return judgement(PanelState::unknown, "Grafana answers without a result");
  auto made = judgement(PanelState::empty, "");
  for (const auto& result : results) {
    const auto error = text_of(result.value(), "error");
    const auto* status = JsonPath(result.value()).find("status");
    if (status && *status == 429) return judgement(PanelState::unknown, shown_text(error, longest_error));
    if (!error.empty()) return judgement(PanelState::error, shown_text(error, longest_error));
    if (!is_hidden(panel, {result.key().data(), result.key().size()})) add_frames(result.value(), made);
  }
  if (made.state == PanelState::empty) made.what = "its queries bring nothing";
  return made;
}

// Grafana's own words instead of results: the whole request failed, which is never the same as no data.
PanelJudgement judge_refusal(const HttpResponse& response) {
  const auto message = grafana_message(response.body);
  const auto words = message ? *message : first_line(response.body);
  const bool by_query = message && (response.status == 400 || response.status == 404 || response.status == 500);
  auto made = judgement(by_query ? PanelState::error : PanelState::unknown,
                        fmt::format("Grafana answers {}{}{}", response.status, words.empty() ? "" : ": ", words));
  made.unknown_datasource = says_unknown_datasource(response);
  made.only_for_browsers = response.body.find("lugin unavailable") != std::string::npos ||
                           response.body.find("plugin.unavailable") != std::string::npos;
  if (made.only_for_browsers) made.state = PanelState::unknown;
  return made;
}

bool is_of_tempo(const object& query) {
  const auto* datasource = query.if_contains("datasource");
  return datasource && text_of(*datasource, "type") == datasource_type(Component::tempo);
}

std::string uid_of(const object& query) { return text_of(query.at("datasource"), "uid"); }

PanelJudgement judge_search(const HttpResponse& response) {
  if (response.status != 200) {
    auto made = judge_refusal(response);
    const bool by_tempo = response.status == 400 || response.status == 404 || response.status == 500;
    if (by_tempo) made.state = PanelState::error;
    return made;
  }
  const auto data = brought_data(Component::tempo, response.body);
  if (!data) return judgement(PanelState::unknown, data.error().what);
  return judgement(*data ? PanelState::data : PanelState::empty, *data ? "" : "its queries bring nothing");
}

}  // namespace

std::vector<PanelQuestion> panel_questions(const Panel& panel, const Queries& queries, WallTime now) {
  std::vector<PanelQuestion> questions;
  Queries together;
  for (const auto& query : queries) {
    if (panel.has_expression || !is_of_tempo(query)) {
      together.push_back(query);
      continue;
    }
    if (const auto traceql = traceql_of(query); traceql && questions.size() < most_searches)
      questions.push_back({search_request(uid_of(query), *traceql, panel.range, now), true});
  }
  if (!together.empty()) questions.push_back({query_request(together, panel.range), false});
  return questions;
}

PanelJudgement judge_panel(const HttpResponse& response, const Panel& panel, bool is_search) {
  auto made = PanelJudgement();
  if (is_search) {
    made = judge_search(response);
  } else {
    const auto document = parse_json(response.body);
    const auto* results = document ? JsonPath(*document).find("results") : nullptr;
    made = results && results->is_object() ? judge_results(results->as_object(), panel) : judge_refusal(response);
  }
  if (panel.guessed && made.state == PanelState::empty)
    return judgement(PanelState::unknown, "it is empty for a variable that was saved without a value");
  if (panel.guessed && made.state == PanelState::error && !made.unknown_datasource)
    return judgement(PanelState::unknown, "it fails with a variable whose value a browser alone knows: " + made.what);
  return made;
}

}  // namespace lgtmwatch
