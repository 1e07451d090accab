#include "sandbox/loki.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>

#include "sandbox/answers.hpp"
#include "sandbox/data.hpp"
#include "sandbox/ingest.hpp"
#include "sandbox/loki_query.hpp"

namespace lgtmwatch::sandbox {

namespace boost_json = boost::json;

namespace {

constexpr const char* json_utf8 = "application/json; charset=UTF-8";
constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t oldest_accepted = 7 * 24 * 3600 * second;
constexpr std::int64_t newest_accepted = 600 * second;
constexpr std::size_t longest_line = 256 << 10;
constexpr std::string_view values_path = "/loki/api/v1/label/";
constexpr const char* unreadable_time =
    "could not parse start, end or since: the sandbox reads Unix times and durations";
constexpr const char* selector_too_wide =
    "queries require at least one regexp or equality matcher that does not have an empty-compatible value. For "
    "instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will\n";

constexpr const char* rate_limited =
    "ingestion rate limit exceeded for user fake (limit: 10 bytes/sec) while attempting to ingest '1' lines\n";

ServerResponse bad_request(const std::string& what) { return text(400, what + "\n"); }

ServerResponse unknown_query(const std::string& query) {
  return bad_request(fmt::format("parse error: the sandbox does not know this form of query: {}", query));
}

// Loki leaves "data" out where there is nothing.
template <class Texts>
ServerResponse names(const Texts& texts) {
  boost_json::array data;
  for (const auto& one : texts) data.emplace_back(one);
  boost_json::object body;
  body["status"] = "success";
  if (!data.empty()) body["data"] = std::move(data);
  return json(body, json_utf8);
}

}  // namespace

struct Loki::Route {
  std::string_view method;
  std::string_view path;
  ServerResponse (Loki::*handler)(const ServerRequest&);
};

Loki::Loki(LogStore& store, const Faults& faults, const Clock& clock)
    : store_(store), faults_(faults), clock_(clock), started_(unix_ns(clock.wall() - age_of_processes)) {}

ServerResponse Loki::answer(const ServerRequest& request) {
  static constexpr std::array<Route, 13> routes{{
      {"GET", "/ready", &Loki::ready},
      {"GET", "/services", &Loki::services},
      {"GET", "/ring", &Loki::ring},
      {"GET", "/metrics", &Loki::metrics},
      {"GET", "/loki/api/v1/status/buildinfo", &Loki::build_info},
      {"GET", "/loki/api/v1/labels", &Loki::labels},
      {"GET", "/loki/api/v1/label", &Loki::labels},
      {"GET", "/loki/api/v1/series", &Loki::series},
      {"GET", "/loki/api/v1/query", &Loki::query},
      {"GET", "/loki/api/v1/query_range", &Loki::query_range},
      {"GET", "/loki/api/v1/index/stats", &Loki::index_stats},
      {"POST", "/loki/api/v1/push", &Loki::push},
      {"POST", "/otlp/v1/logs", &Loki::push_otlp},
  }};
  if (needs_tenant(request)) return no_org_id();
  for (const auto& route : routes) {
    if (route.path != request.path()) continue;
    if (route.method != request.method) return {405, "", ""};
    return (this->*route.handler)(request);
  }
  if (request.method == "GET" && starts_with(request.path(), values_path)) return label_values(request);
  return page_not_found();
}

bool Loki::needs_tenant(const ServerRequest& request) const {
  const bool read = request.method == "GET" && starts_with(request.path(), "/loki/api/") &&
                    request.path() != "/loki/api/v1/status/buildinfo";
  return read && faults_.asks_for_tenant("loki") && request.header("X-Scope-OrgID").empty();
}

ServerResponse Loki::ready(const ServerRequest&) { return text(200, "ready\n"); }

ServerResponse Loki::build_info(const ServerRequest&) {
  return {200, json_plain,
          R"({"version":"","revision":"","branch":"","buildUser":"","buildDate":"","goVersion":"go1.26.8"})"
          "\n"};
}

ServerResponse Loki::services(const ServerRequest&) { return recorded("loki_services.txt", text_utf8); }
ServerResponse Loki::ring(const ServerRequest&) { return recorded("loki_ring.html", "text/html"); }

ServerResponse Loki::labels(const ServerRequest&) {
  if (faults_.on("loki-without-labels")) return names(std::array<std::string, 0>());
  return names(store_.label_names());
}

ServerResponse Loki::label_values(const ServerRequest& request) {
  auto name = request.path().substr(values_path.size());
  const auto slash = name.find('/');
  if (slash == std::string_view::npos || name.substr(slash) != "/values") return page_not_found();
  if (faults_.on("loki-without-labels")) return names(std::array<std::string, 0>());
  return names(store_.label_values(std::string(name.substr(0, slash))));
}

ServerResponse Loki::series(const ServerRequest& request) {
  auto match = request.query("match[]");
  if (match.empty()) match = request.query("match");
  const auto selector = wire::parse_selector(match.empty() ? "{}" : match);
  if (!selector) return unknown_query(match);
  const auto span = window(request);
  if (!span) return bad_request(unreadable_time);
  boost_json::array data;
  if (!faults_.on("loki-without-labels"))
    for (const auto* labels : store_.streams(*selector, *span)) {
      boost_json::object one;
      for (const auto& [name, value] : *labels) one[name] = value;
      data.emplace_back(std::move(one));
    }
  boost_json::object body;
  body["status"] = "success";
  body["data"] = std::move(data);
  return json(body, json_utf8);
}

ServerResponse Loki::query(const ServerRequest& request) {
  const auto expression = request.query("query");
  if (wire::parse_selector(expression))
    return bad_request(
        "log queries are not supported as an instant query type, please change your query to a range query type");
  const auto count = parse_count_query(expression);
  if (!count) return unknown_query(expression);
  const auto time = request.query("time");
  const auto at = time.empty() ? std::optional(now()) : parse_loki_time(time);
  if (!at) return bad_request(fmt::format("cannot parse \"{}\" to a valid timestamp", time));
  if (faults_.on("loki-without-labels")) return json(count_answer(LogStore(), *count, *at), json_utf8);
  return json(count_answer(store_, *count, *at), json_utf8);
}

ServerResponse Loki::query_range(const ServerRequest& request) {
  const auto expression = request.query("query");
  const auto query = parse_line_query(expression);
  if (!query) return unknown_query(expression);
  if (!wire::asks_for_something(query->selector)) return text(400, selector_too_wide);
  const auto digits = request.query("limit");
  std::size_t limit = 100;
  if (!digits.empty()) std::from_chars(digits.data(), digits.data() + digits.size(), limit);
  if (limit > 5000)
    return bad_request(
        fmt::format("max entries limit per query exceeded, limit > max_entries_limit_per_query ({} > 5000)", limit));
  auto span = window(request);
  if (!span) return bad_request(unreadable_time);
  if (span->from > span->to) return bad_request("end timestamp must not be before or equal to start time");
  if (span->to - span->from > 721 * 3600 * second)
    return bad_request("the query time range exceeds the limit (query length: more than 721h, limit: 721h)");
  if (faults_.on("old-data-missing", "loki")) span->from = std::max(span->from, unix_ns(clock_.wall() - recent));
  const bool newest = request.query("direction") != "forward";
  std::vector<LogHit> hits;
  if (!faults_.on("loki-without-labels")) hits = store_.select(query->selector, *span, limit, newest, query->part);
  const bool categorize = request.header("X-Loki-Response-Encoding-Flags") == "categorize-labels";
  return json(streams_answer(hits, categorize), json_utf8);
}

// Blind to what was not flushed yet, which here is everything.
ServerResponse Loki::index_stats(const ServerRequest&) {
  return {200, json_utf8,
          R"({"streams":0,"chunks":0,"bytes":0,"entries":0})"
          "\n"};
}

ServerResponse Loki::metrics(const ServerRequest&) {
  Figures figures;
  figures["loki_distributor_lines_received_total{format=\"loki\""] = static_cast<double>(store_.by_push.lines);
  figures["loki_distributor_lines_received_total{format=\"otlp\""] = static_cast<double>(store_.by_otlp.lines);
  figures["loki_distributor_bytes_received_total{format=\"loki\""] = static_cast<double>(store_.by_push.bytes);
  figures["loki_distributor_bytes_received_total{format=\"otlp\""] = static_cast<double>(store_.by_otlp.bytes);
  figures["loki_ingester_memory_streams{tenant=\"fake\"}"] = static_cast<double>(store_.stream_count());
  for (const auto& [reason, count] : store_.discarded)
    figures[fmt::format(
        "loki_discarded_samples_total{{format=\"otlp\",policy=\"\",reason=\"{}\",retention_hours=\"0\",tenant=\"fake\"}"
        "}",
        reason)] = static_cast<double>(count);
  figures["process_start_time_seconds"] = static_cast<double>(started_) / 1e9;
  return {200, metrics_type, overlay(data("loki_metrics.txt"), figures)};
}

ServerResponse Loki::push(const ServerRequest& request) {
  if (faults_.on("loki-rate-limited")) return text(429, rate_limited);
  const auto type = request.header("Content-Type");
  if (type.empty()) return bad_request("mime: no media type");
  const bool as_json = starts_with(type, "application/json");
  auto streams = as_json ? wire::read_loki_push_json(request.body) : wire::read_loki_push_protobuf(request.body);
  if (!streams) return bad_request(streams.error().what);
  if (streams->empty()) return text(422, "error at least one valid stream is required for ingestion\n");
  std::string refused;
  for (auto& stream : *streams) {
    discover_service_name(stream.labels);
    for (auto& entry : stream.entries) entry.metadata.try_emplace("detected_level", "unknown");
    const auto problem = keep(std::move(stream), store_.by_push);
    if (refused.empty()) refused = problem;
  }
  if (!refused.empty()) return bad_request(refused);
  return {204, "", ""};
}

ServerResponse Loki::push_otlp(const ServerRequest& request) {
  if (faults_.on("loki-rate-limited")) return text(429, rate_limited);
  if (request.header("Content-Type") != "application/json")
    return bad_request(fmt::format("content type: {}, is not supported", request.header("Content-Type")));
  const auto records = wire::read_otlp_logs(request.body);
  if (!records) return bad_request(records.error().what);
  if (records->empty()) return text(422, "error at least one valid stream is required for ingestion\n");
  std::string refused;
  for (const auto& record : *records) {
    auto stream = to_log_stream(record);
    if (stream.entries.front().ns == 0) stream.entries.front().ns = now();
    const auto problem = keep(std::move(stream), store_.by_otlp);
    if (refused.empty()) refused = problem;
  }
  if (!refused.empty()) return bad_request(refused);
  return {204, "", ""};
}

std::string Loki::keep(wire::LogStream stream, Received& received) {
  std::string refused;
  for (auto& entry : stream.entries) {
    received.count(entry);
    if (faults_.on("loki-ingestion-blocked-2xx"))
      ++store_.discarded["blocked_ingestion"];
    else if (entry.line.size() > longest_line)
      refused =
          fmt::format("max entry size '{}' bytes exceeded for stream while adding an entry with length '{}' bytes",
                      longest_line, entry.line.size());
    else if (entry.ns < now() - oldest_accepted)
      refused = fmt::format("entry has timestamp too old: {}, oldest acceptable timestamp is: {}", rfc3339(entry.ns),
                            rfc3339(now() - oldest_accepted));
    else if (entry.ns > now() + newest_accepted)
      refused = fmt::format("entry has timestamp too new: {}", rfc3339(entry.ns));
    else if (store_.add(stream.labels, std::move(entry)) == Stored::no_room)
      refused = "maximum active stream limit exceeded when trying to create stream";
  }
  return refused;
}

std::int64_t Loki::now() const { return unix_ns(clock_.wall()); }

std::optional<Window> Loki::window(const ServerRequest& request) const {
  const auto start = request.query("start");
  const auto end = request.query("end");
  const auto since = request.query("since");
  const auto length = since.empty() ? Result<Duration>(Duration(3600 * second)) : parse_duration(since);
  const auto to = end.empty() ? std::optional(now()) : parse_loki_time(end);
  if (!length || !to) return std::nullopt;
  const auto from = start.empty() ? std::optional(*to - length->count()) : parse_loki_time(start);
  if (!from) return std::nullopt;
  return Window{*from, *to};
}

}  // namespace lgtmwatch::sandbox
