#include "sandbox/mimir.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "sandbox/alerting.hpp"
#include "sandbox/answers.hpp"
#include "sandbox/data.hpp"
#include "sandbox/ingest.hpp"
#include "sandbox/loki_query.hpp"
#include "sandbox/mimir_query.hpp"

namespace lgtmwatch::sandbox {

namespace boost_json = boost::json;

namespace {

constexpr std::int64_t newest_accepted_ms = 600 * 1000;
constexpr std::int64_t most_points = 11'000;
// In the words of pkg/querier/blocks_store_queryable.go of Mimir 2.17; no recording has them.
constexpr const char* old_blocks_fail =
    "failed to fetch some blocks (err-mimir-store-consistency-check-failed). The failed blocks are: "
    "01KAY2W3T5V7X9Z1B3D5F7H9JK";
constexpr std::string_view values_path = "/prometheus/api/v1/label/";

ServerResponse failure(int status, const char* type, const std::string& what) {
  boost_json::object body;
  body["status"] = "error";
  body["errorType"] = type;
  body["error"] = what;
  return {status, json_plain, boost_json::serialize(body)};
}

ServerResponse success(boost_json::array data) {
  boost_json::object body;
  body["status"] = "success";
  body["data"] = std::move(data);
  return json(body);
}

ServerResponse unknown_query(const std::string& expression) {
  return failure(
      400, "bad_data",
      fmt::format("invalid parameter \"query\": the sandbox does not know this form of query: {}", expression));
}

// Clients may send the parameters as a form.
ServerRequest with_form(const ServerRequest& request) {
  auto with = request;
  const bool form = request.method == "POST" && starts_with(request.header("Content-Type"), "application/x-www-form");
  if (form) with.target += (request.target.find('?') == std::string::npos ? "?" : "&") + request.body;
  return with;
}

const char* refusal_of(Appended appended) {
  switch (appended) {
    case Appended::duplicate_timestamp: return "err-mimir-sample-duplicate-timestamp";
    case Appended::out_of_order: return "err-mimir-sample-out-of-order";
    case Appended::no_room: return "err-mimir-max-series-per-user";
    default: return nullptr;
  }
}

MetricStore of_the_stack(const MetricStore& store) {
  MetricStore made;
  for (const auto* job : {"alloy", "loki", "mimir", "tempo"}) {
    wire::Matcher matcher;
    matcher.name = "job";
    matcher.value = job;
    for (const auto& view : store.select({matcher}, 0, INT64_MAX))
      for (const auto& sample : view.samples) made.append(*view.labels, sample);
  }
  return made;
}

MetricStore with_another_name(const MetricStore& store) {
  MetricStore made;
  for (const auto& view : store.select(wire::Selector(), 0, INT64_MAX)) {
    auto labels = *view.labels;
    auto& name = labels["__name__"];
    if (name == "http_requests_total") name = "http_server_requests_total";
    for (const auto& sample : view.samples) made.append(labels, sample);
  }
  return made;
}

}  // namespace

struct Mimir::Route {
  std::string_view path;
  ServerResponse (Mimir::*handler)(const ServerRequest&);
};

Mimir::Mimir(MetricStore& store, const Faults& faults, const Clock& clock)
    : store_(store), faults_(faults), clock_(clock), started_(unix_ns(clock.wall() - age_of_processes)) {}

ServerResponse Mimir::answer(const ServerRequest& request) {
  static constexpr std::array<Route, 15> routes{{
      {"/ready", &Mimir::ready},
      {"/services", &Mimir::services},
      {"/metrics", &Mimir::metrics},
      {"/api/v1/status/buildinfo", &Mimir::build_info},
      {"/prometheus/api/v1/status/buildinfo", &Mimir::build_info},
      {"/prometheus/api/v1/query", &Mimir::query},
      {"/prometheus/api/v1/query_range", &Mimir::query_range},
      {"/prometheus/api/v1/series", &Mimir::series},
      {"/prometheus/api/v1/rules", &Mimir::rules},
      {"/alertmanager/api/v2/status", &Mimir::alertmanager},
      {"/alertmanager/api/v2/alerts", &Mimir::alertmanager},
      {"/alertmanager/api/v2/silences", &Mimir::alertmanager},
      {"/api/v1/user_stats", &Mimir::user_stats},
      {"/api/v1/push", &Mimir::push},
      {"/otlp/v1/metrics", &Mimir::push_otlp},
  }};
  const auto path = request.path();
  if (needs_tenant(request)) return no_org_id();
  const bool takes_writes = path == "/api/v1/push" || path == "/otlp/v1/metrics";
  if (takes_writes && request.method != "POST") return {405, "", ""};
  for (const auto& route : routes)
    if (route.path == path) return (this->*route.handler)(with_form(request));
  if (starts_with(path, values_path)) return label_values(request);
  return page_not_found();
}

bool Mimir::needs_tenant(const ServerRequest& request) const {
  const auto path = request.path();
  const bool read = (starts_with(path, "/prometheus/") && path != "/prometheus/api/v1/status/buildinfo") ||
                    path == "/api/v1/user_stats" || starts_with(path, "/alertmanager/");
  return read && faults_.asks_for_tenant("mimir") && request.header("X-Scope-OrgID").empty();
}

const MetricStore& Mimir::visible() {
  if (faults_.on("mimir-only-stack-jobs")) return changed_ = of_the_stack(store_);
  if (faults_.on("dashboard-metric-renamed")) return changed_ = with_another_name(store_);
  return store_;
}

ServerResponse Mimir::ready(const ServerRequest&) { return {200, "text/plain", "ready"}; }

ServerResponse Mimir::services(const ServerRequest&) {
  return recorded("mimir_services.html", "text/html; charset=utf-8");
}

ServerResponse Mimir::build_info(const ServerRequest&) {
  return {200, json_plain,
          R"({"status":"success","data":{"application":"Grafana Mimir","version":"unknown","revision":"unknown",)"
          R"("branch":"unknown","goVersion":"go1.26.8","features":{"ruler_config_api":"true",)"
          R"("alertmanager_config_api":"true","query_sharding":"false","federated_rules":"false"}}})"};
}

ServerResponse Mimir::rules(const ServerRequest&) {
  return {200, json_plain, rules_answer(faults_, started(), clock_.wall())};
}

ServerResponse Mimir::alertmanager(const ServerRequest& request) {
  const auto path = request.path();
  if (path.ends_with("/status")) return {200, json_plain, alertmanager_status(started())};
  if (path.ends_with("/silences")) return {200, json_plain, alertmanager_silences};
  return {200, json_plain, alertmanager_alerts(started(), clock_.wall())};
}

ServerResponse Mimir::label_values(const ServerRequest& request) {
  auto name = request.path().substr(values_path.size());
  const auto slash = name.find('/');
  if (slash == std::string_view::npos || name.substr(slash) != "/values") return page_not_found();
  boost_json::array values;
  for (const auto& value : visible().label_values(std::string(name.substr(0, slash)), wire::Selector()))
    values.emplace_back(value);
  return success(std::move(values));
}

ServerResponse Mimir::series(const ServerRequest& request) {
  const auto match = request.query("match[]");
  const auto selector = parse_metric_selector(without_spaces(match));
  if (match.empty()) return failure(400, "bad_data", "no match[] parameter provided");
  if (!selector)
    return failure(400, "bad_data", fmt::format("parse error: the sandbox does not know this selector: {}", match));
  const auto start = request.query("start");
  const auto end = request.query("end");
  const auto from = parse_loki_time(start.empty() ? "0" : start);
  const auto to = end.empty() ? std::optional(INT64_MAX) : parse_loki_time(end);
  if (!from || !to) return failure(400, "bad_data", "invalid parameter \"start\" or \"end\"");
  boost_json::array data;
  for (const auto& view : visible().select(*selector, *from / 1'000'000 - 1, *to / 1'000'000))
    data.emplace_back(to_json(*view.labels));
  return success(std::move(data));
}

// Without a time, Mimir asks at the whole second before now.
ServerResponse Mimir::query(const ServerRequest& request) {
  const auto expression = request.query("query");
  const auto time = request.query("time");
  const auto at = time.empty() ? std::optional(now_ms() / 1000 * 1'000'000'000) : parse_loki_time(time);
  if (!at) return failure(400, "bad_data", fmt::format("invalid parameter \"time\": cannot parse \"{}\"", time));
  if (without_spaces(expression) == R"(time()-maxby(job)(timestamp({job!=""})))")
    return failure(422, "execution", "vector cannot contain metrics with the same labelset");
  auto query = parse_metric_query(expression);
  if (!query) return unknown_query(expression);
  const bool reaches_back = query->range > recent;
  if (reaches_back && faults_.on("mimir-old-blocks-unqueryable")) return failure(500, "internal", old_blocks_fail);
  if (reaches_back && faults_.on("old-data-missing", "mimir")) query->range = recent;
  return json(metric_answer(visible(), *query, *at / 1'000'000));
}

ServerResponse Mimir::query_range(const ServerRequest& request) {
  const auto expression = request.query("query");
  const auto query = parse_metric_query(expression);
  if (!query || query->form == MetricQuery::Form::range) return unknown_query(expression);
  const auto from = parse_loki_time(request.query("start"));
  const auto to = parse_loki_time(request.query("end"));
  const auto step = parse_loki_time(request.query("step"));
  if (!from || !to || !step || *step < 1'000'000)
    return failure(400, "bad_data", "invalid parameter \"start\", \"end\" or \"step\"");
  if ((*to - *from) / *step > most_points)
    return failure(400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries");
  return json(metric_answers(visible(), *query, {*from / 1'000'000, *to / 1'000'000, *step / 1'000'000}));
}

ServerResponse Mimir::user_stats(const ServerRequest&) {
  const auto& store = visible();
  const auto rate = static_cast<double>(store.samples_in(now_ms() - 60'000, now_ms())) / 60;
  boost_json::object body;
  body["ingestionRate"] = rate;
  body["numSeries"] = store.series(wire::Selector()).size();
  body["APIIngestionRate"] = rate;
  body["RuleIngestionRate"] = 0;
  return json(body);
}

ServerResponse Mimir::metrics(const ServerRequest&) {
  const auto samples = static_cast<double>(store_.appended());
  const auto series = static_cast<double>(store_.series(wire::Selector()).size());
  Figures figures;
  figures["cortex_distributor_received_samples_total{user=\"anonymous\"}"] = samples;
  figures["cortex_distributor_samples_in_total{user=\"anonymous\"}"] = samples;
  figures["cortex_ingester_ingested_samples_total{user=\"anonymous\"}"] = samples;
  figures["cortex_ingester_memory_series "] = series;
  figures["cortex_ingester_active_series{user=\"anonymous\"}"] = series;
  figures["cortex_ingester_memory_series_created_total{user=\"anonymous\"}"] = series;
  figures["cortex_distributor_latest_seen_sample_timestamp_seconds{user=\"anonymous\"}"] =
      static_cast<double>(store_.newest_ms()) / 1e3;
  for (const auto& [reason, count] : store_.discarded)
    figures[fmt::format("cortex_discarded_samples_total{{reason=\"{}\",user=\"anonymous\"}}", reason)] =
        static_cast<double>(count);
  add_alert_figures(figures, faults_, started(), clock_.wall());
  figures["process_start_time_seconds"] = static_cast<double>(started_) / 1e9;
  return {200, "text/plain; version=0.0.4; charset=utf-8", overlay(data("mimir_metrics.txt"), figures)};
}

ServerResponse Mimir::push(const ServerRequest& request) {
  const auto series = wire::decode_remote_write(request.body);
  return series ? keep(*series) : text(400, series.error().what + "\n");
}

ServerResponse Mimir::push_otlp(const ServerRequest& request) {
  const auto points = wire::read_otlp_metrics(request.body);
  if (!points) return text(400, points.error().what + "\n");
  std::vector<wire::TimeSeries> series;
  for (const auto& point : *points)
    for (auto& one : to_series(point)) series.push_back(std::move(one));
  return keep(series);
}

ServerResponse Mimir::keep(const std::vector<wire::TimeSeries>& series) {
  std::string refused;
  for (const auto& one : series) {
    const auto name = one.labels.find("__name__");
    if (name == one.labels.end() || name->second.empty())
      refused = "received series has no metric name (err-mimir-missing-metric-name)";
    if (name == one.labels.end() || name->second.empty()) continue;
    for (const auto& sample : one.samples) {
      const bool too_far = sample.ms > now_ms() + newest_accepted_ms;
      const auto* problem = too_far ? "err-mimir-too-far-in-future" : refusal_of(store_.append(one.labels, sample));
      if (problem && refused.empty())
        refused = fmt::format("the sample of {} was rejected ({})", name->second, problem);
    }
  }
  if (!refused.empty()) return text(400, refused + "\n");
  return {200, "", ""};
}

WallTime Mimir::started() const { return WallTime(Duration(started_)); }

std::int64_t Mimir::now_ms() const { return unix_ns(clock_.wall()) / 1'000'000; }

}  // namespace lgtmwatch::sandbox
