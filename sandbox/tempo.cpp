#include "sandbox/tempo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <charconv>

#include "sandbox/answers.hpp"
#include "sandbox/data.hpp"
#include "sandbox/loki_query.hpp"
#include "sandbox/tempo_query.hpp"

namespace lgtmwatch::sandbox {

namespace boost_json = boost::json;

namespace {

constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t query_end_cutoff = 30 * second;
constexpr std::int64_t default_range = 15 * 60 * second;
constexpr std::int64_t longest_range = 168 * 3600 * second;

boost_json::object inspected(std::size_t traces) { return {{"inspectedBytes", fmt::to_string(traces * 850)}}; }

}  // namespace

struct Tempo::Route {
  std::string_view path;
  ServerResponse (Tempo::*handler)(const ServerRequest&);
};

Tempo::Tempo(const TraceStore& store, const Faults& faults, const Clock& clock)
    : store_(store), faults_(faults), clock_(clock), started_(unix_ns(clock.wall() - age_of_processes)) {}

ServerResponse Tempo::answer(const ServerRequest& request) {
  static constexpr std::array<Route, 10> routes{{
      {"/ready", &Tempo::ready},
      {"/metrics", &Tempo::metrics},
      {"/status/services", &Tempo::services},
      {"/api/status/buildinfo", &Tempo::build_info},
      {"/api/echo", &Tempo::echo},
      {"/api/search", &Tempo::search},
      {"/api/search/tags", &Tempo::tags},
      {"/api/v2/search/tags", &Tempo::tags_v2},
      {"/api/search/tag/service.name/values", &Tempo::tag_values},
      {"/api/v2/search/tag/resource.service.name/values", &Tempo::tag_values_v2},
  }};
  constexpr std::string_view by_id = "/api/traces/";
  constexpr std::string_view by_id_v2 = "/api/v2/traces/";
  const auto path = request.path();
  if (needs_tenant(request)) return no_org_id();
  if (request.method != "GET" && path != "/ready") return page_not_found();
  for (const auto& route : routes)
    if (route.path == path) return (this->*route.handler)(request);
  if (starts_with(path, by_id)) return trace(request, path.substr(by_id.size()), false);
  if (starts_with(path, by_id_v2)) return trace(request, path.substr(by_id_v2.size()), true);
  return page_not_found();
}

bool Tempo::needs_tenant(const ServerRequest& request) const {
  const bool read = starts_with(request.path(), "/api/") && request.path() != "/api/status/buildinfo" &&
                    request.path() != "/api/echo";
  return read && faults_.asks_for_tenant("tempo") && request.header("X-Scope-OrgID").empty();
}

ServerResponse Tempo::ready(const ServerRequest&) { return text(200, "ready\n"); }

ServerResponse Tempo::build_info(const ServerRequest&) {
  return {200, json_plain,
          R"({"version":"","revision":"","branch":"","buildUser":"","buildDate":"","goVersion":"go1.26.8"})"
          "\n"};
}

ServerResponse Tempo::services(const ServerRequest&) { return recorded("tempo_services.txt", "text/plain"); }
ServerResponse Tempo::echo(const ServerRequest&) { return text(200, "echo\n"); }

ServerResponse Tempo::metrics(const ServerRequest&) {
  const auto spans = static_cast<double>(store_.spans_received());
  Figures figures;
  figures["tempo_distributor_spans_received_total{tenant=\"single-tenant\"}"] = spans;
  figures["tempo_receiver_accepted_spans{receiver=\"otlp/otlp_receiver\""] = spans;
  figures["tempo_distributor_bytes_received_total{tenant=\"single-tenant\"}"] = spans * 109;
  figures["tempo_distributor_ingress_bytes_total{tenant=\"single-tenant\"}"] = spans * 109;
  figures["tempo_live_store_traces_created_total{tenant=\"single-tenant\"}"] = spans;
  for (const auto& [reason, count] : store_.discarded())
    figures[fmt::format("tempo_discarded_spans_total{{reason=\"{}\",tenant=\"single-tenant\"}}", reason)] =
        static_cast<double>(count);
  figures["process_start_time_seconds"] = static_cast<double>(started_) / 1e9;
  return {200, metrics_type, overlay(data("tempo_metrics.txt"), figures)};
}

ServerResponse Tempo::tags(const ServerRequest& request) {
  const auto span = window(request);
  if (!span) return text(400, "start and end are both or neither, in seconds, at most 168 h apart\n");
  const bool any = !faults_.on("tempo-without-services") && !store_.services(*span).empty();
  boost_json::object body;
  body["tagNames"] = any ? boost_json::array{"service.name"} : boost_json::array();
  body["metrics"] = inspected(store_.trace_count());
  return json(body);
}

ServerResponse Tempo::tags_v2(const ServerRequest& request) {
  const auto span = window(request);
  if (!span) return text(400, "start and end are both or neither, in seconds, at most 168 h apart\n");
  boost_json::object intrinsic;
  intrinsic["name"] = "intrinsic";
  const auto names = data("tempo_intrinsics.json");
  intrinsic["tags"] = boost_json::parse(boost_json::string_view(names.data(), names.size()));
  boost_json::array scopes;
  scopes.emplace_back(std::move(intrinsic));
  if (!faults_.on("tempo-without-services") && !store_.services(*span).empty())
    scopes.emplace_back(boost_json::object{{"name", "resource"}, {"tags", boost_json::array{"service.name"}}});
  boost_json::object body;
  body["scopes"] = std::move(scopes);
  body["metrics"] = inspected(store_.trace_count());
  return json(body);
}

ServerResponse Tempo::tag_values(const ServerRequest& request) {
  const auto span = window(request);
  if (!span) return text(400, "start and end are both or neither, in seconds, at most 168 h apart\n");
  boost_json::array values;
  if (!faults_.on("tempo-without-services"))
    for (const auto& service : store_.services(*span)) values.emplace_back(service);
  boost_json::object body;
  body["tagValues"] = std::move(values);
  body["metrics"] = inspected(store_.trace_count());
  return json(body);
}

ServerResponse Tempo::tag_values_v2(const ServerRequest& request) {
  const auto span = window(request);
  if (!span) return text(400, "start and end are both or neither, in seconds, at most 168 h apart\n");
  boost_json::array values;
  if (!faults_.on("tempo-without-services"))
    for (const auto& service : store_.services(*span))
      values.emplace_back(boost_json::object{{"type", "string"}, {"value", service}});
  boost_json::object body;
  body["tagValues"] = std::move(values);
  body["metrics"] = inspected(store_.trace_count());
  return json(body);
}

ServerResponse Tempo::search(const ServerRequest& request) {
  const auto expression = request.query("q");
  const auto old_tags = request.query("tags");
  if (!expression.empty() && !old_tags.empty())
    return text(400, "invalid request: can't specify tags and q in the same query\n");
  const auto query =
      old_tags.empty() ? parse_trace_query(expression.empty() ? "{}" : expression) : parse_tags_query(old_tags);
  if (!query)
    return text(
        400, fmt::format("invalid TraceQL query: the sandbox does not know this form: {}{}\n", expression, old_tags));
  const auto span = window(request);
  if (!span) return text(400, "start and end are both or neither, in seconds, at most 168 h apart\n");
  const auto digits = request.query("limit");
  std::size_t limit = 20;
  if (!digits.empty()) std::from_chars(digits.data(), digits.data() + digits.size(), limit);
  auto found = store_.started_in(*span);
  if (faults_.on("tempo-without-services")) found.clear();
  if (query->most_recent) std::reverse(found.begin(), found.end());
  boost_json::array traces;
  for (const auto* one : found)
    if (traces.size() < limit && fits(*one, *query)) traces.emplace_back(found_trace(*one, *query, old_tags.empty()));
  auto metrics = inspected(found.size());
  if (!old_tags.empty()) metrics["inspectedTraces"] = found.size();
  metrics["completedJobs"] = 1;
  metrics["totalJobs"] = 3;
  boost_json::object body;
  body["traces"] = std::move(traces);
  body["metrics"] = std::move(metrics);
  return json(body);
}

ServerResponse Tempo::trace(const ServerRequest&, std::string_view text_of_id, bool v2) {
  const auto id = full_trace_id(text_of_id);
  if (!id) return text(400, "trace IDs can only contain hex characters\n");
  const auto* found = faults_.on("tempo-without-services") ? nullptr : store_.find(*id);
  if (found && faults_.on("old-data-missing", "tempo") && found->end_ns() < unix_ns(clock_.wall() - recent))
    found = nullptr;
  if (!found && !v2) return {404, "", ""};
  boost_json::object body;
  if (!v2) body["batches"] = resource_spans(*found);
  if (v2) body["trace"] = boost_json::object();
  if (v2 && found) body["trace"].as_object()["resourceSpans"] = resource_spans(*found);
  if (v2) body["metrics"] = boost_json::object();
  return json(body);
}

std::optional<Window> Tempo::window(const ServerRequest& request) const {
  const auto start = request.query("start");
  const auto end = request.query("end");
  const auto newest = now() - query_end_cutoff;
  if (start.empty() && end.empty()) return Window{now() - default_range, newest};
  const auto from = parse_loki_time(start);
  const auto to = parse_loki_time(end);
  if (!from || !to || *from > *to || *to - *from > longest_range) return std::nullopt;
  const auto clamped = std::min(*to + second, newest);
  return Window{*from > clamped ? now() - default_range : *from, clamped};
}

std::int64_t Tempo::now() const { return unix_ns(clock_.wall()); }

}  // namespace lgtmwatch::sandbox
