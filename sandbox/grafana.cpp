#include "sandbox/grafana.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "sandbox/answers.hpp"
#include "sandbox/grafana_dashboards.hpp"

namespace lgtmwatch::sandbox {

namespace boost_json = boost::json;

namespace {

constexpr const char* json_utf8 = "application/json; charset=UTF-8";
constexpr const char* token = "Bearer glsa_sandbox";
constexpr const char* tenant = "sandbox";
constexpr std::string_view proxy_path = "/api/datasources/proxy/uid/";
constexpr std::string_view uid_path = "/api/datasources/uid/";
constexpr std::string_view dashboard_path = "/api/dashboards/uid/";
constexpr std::string_view health_end = "/health";

// As provisioned, in the order of their names, in which Grafana lists them.
const std::vector<GrafanaDatasource> provisioned{
    {4, "am", "Alertmanager", "alertmanager", "mimir", "/alertmanager", false},
    {2, "loki", "Loki", "loki", "loki", "", true},
    {1, "mimir", "Mimir", "prometheus", "mimir", "/prometheus", true},
    {3, "tempo", "Tempo", "tempo", "tempo", "", true},
};

ServerResponse said(int status, std::string_view message) {
  return {status, json_utf8, fmt::format("{{\"message\":\"{}\",\"traceID\":\"\"}}\n", message)};
}

// What Grafana makes up for a datasource whose provisioning file names no uid.
std::string made_up_uid(std::string_view server) {
  if (server == "loki") return "P8E80F9AEF21F6940";
  return server == "tempo" ? "P214B5B846CF3925F" : "PAE45454D0EDB9216";
}

bool is_default(const GrafanaDatasource& datasource) { return datasource.name == "Mimir"; }

boost_json::object listed(const GrafanaDatasource& datasource) {
  boost_json::object one;
  one["id"] = datasource.id;
  one["uid"] = datasource.uid;
  one["name"] = datasource.name;
  one["type"] = datasource.type;
  one["access"] = "proxy";
  one["isDefault"] = is_default(datasource);
  one["jsonData"] = boost_json::object();
  one["readOnly"] = true;
  return one;
}

constexpr std::string_view plugin_error =
    R"({"message":"An error occurred within the plugin","messageId":"plugin.downstreamError","statusCode":500,)"
    R"("traceID":""})";

const GrafanaDatasource* find(const std::vector<GrafanaDatasource>& all, std::string_view uid) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.uid == uid; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

Grafana::Grafana(Servers own, const Faults& faults, const Clock& clock, const Addresses& addresses)
    : faults_(faults),
      clock_(clock),
      addresses_(addresses),
      other_loki_(nothing_.logs, faults, clock),
      other_tempo_(nothing_.traces, faults, clock),
      other_mimir_(nothing_.metrics, faults, clock),
      own_(std::move(own)) {
  other_["loki"] = [this](const ServerRequest& request) { return other_loki_.answer(request); };
  other_["tempo"] = [this](const ServerRequest& request) { return other_tempo_.answer(request); };
  other_["mimir"] = [this](const ServerRequest& request) { return other_mimir_.answer(request); };
}

ServerResponse Grafana::answer(const ServerRequest& request) {
  const auto path = request.path();
  if (path == "/healthz") return text(200, "Ok");
  if (path == "/api/health") return health();
  if (auto rejected = rejection(request)) return *rejected;
  if (starts_with(path, proxy_path)) return proxy(request);
  if (path == "/api/ds/query" && request.method == "POST") return query(request);
  if (request.method != "GET") return said(404, "Not found");
  if (path == "/api/search") return found_dashboards(request);
  if (starts_with(path, dashboard_path))
    return dashboard_of(path.substr(dashboard_path.size()), faults_).value_or(said(404, "Dashboard not found"));
  if (path == "/api/datasources") return list();
  if (path == "/api/frontend/settings") return settings();
  const bool of_one = starts_with(path, uid_path) && path.size() > uid_path.size() + health_end.size();
  if (of_one && path.substr(path.size() - health_end.size()) == health_end)
    return health_of(path.substr(uid_path.size(), path.size() - uid_path.size() - health_end.size()));
  return said(404, "Not found");
}

std::optional<ServerResponse> Grafana::rejection(const ServerRequest& request) const {
  const auto given = request.header("Authorization");
  const bool closed = faults_.on("watcher-auth-rejected", "grafana");
  if (given.empty() && closed) return ServerResponse(401, json_utf8, "{\"message\":\"Unauthorized\"}\n");
  if (!given.empty() && (closed || given != token)) return said(401, "invalid API key");
  return std::nullopt;
}

ServerResponse Grafana::health() const {
  const bool failing = faults_.on("grafana-down-or-db", "database");
  return {failing ? 503 : 200, json_utf8,
          fmt::format("{{\n  \"commit\": \"NA\",\n  \"database\": \"{}\",\n  \"version\": \"9.2.0\"\n}}",
                      failing ? "failing" : "ok")};
}

ServerResponse Grafana::list() const {
  boost_json::array all;
  for (const auto& datasource : datasources()) {
    auto one = listed(datasource);
    one["url"] = url_of(datasource);
    all.emplace_back(std::move(one));
  }
  return json(all);
}

ServerResponse Grafana::settings() const {
  boost_json::object all;
  for (const auto& datasource : datasources()) {
    auto one = listed(datasource);
    one["url"] = fmt::format("/api/datasources/proxy/{}", datasource.id);
    one["meta"] = boost_json::object{{"id", datasource.type}, {"type", "datasource"}, {"backend", datasource.backend}};
    all[datasource.name] = std::move(one);
  }
  boost_json::object body;
  body["appSubUrl"] = "";
  body["datasources"] = std::move(all);
  body["defaultDatasource"] = "Mimir";
  return json(body, json_utf8);
}

// The recorded version asks no datasource for its health.
ServerResponse Grafana::health_of(std::string_view uid) const {
  const auto all = datasources();
  const auto* datasource = find(all, uid);
  if (!datasource) return said(500, "Unable to load datasource metadata");
  return datasource->backend ? said(404, "Not found") : said(503, "Plugin unavailable");
}

ServerResponse Grafana::proxy(const ServerRequest& request) {
  const std::string_view rest = std::string_view(request.target).substr(proxy_path.size());
  const auto uid = rest.substr(0, rest.find_first_of("/?"));
  const auto all = datasources();
  const auto* datasource = find(all, uid);
  if (!datasource) return said(404, "Unable to find datasource");
  const auto answer = reach(*datasource, request, rest.substr(uid.size()));
  if (!answer) return {502, "", ""};
  if (answer->status == 401) return {400, "", "Authentication to data source failed"};
  return *answer;
}

ServerResponse Grafana::query(const ServerRequest& request) {
  boost_json::error_code unreadable;
  const auto body = boost_json::parse(request.body, unreadable);
  const auto* asked = unreadable ? nullptr : body.if_object();
  const auto* queries = asked ? asked->if_contains("queries") : nullptr;
  const auto time = asked ? time_of(*asked, unix_ns(clock_.wall()) / 1'000'000) : std::nullopt;
  if (!queries || !queries->is_array() || queries->as_array().empty() || !time) return said(400, "bad request data");
  return results(queries->as_array(), *time);
}

ServerResponse Grafana::results(const boost_json::array& queries, const QueryTime& time) {
  const auto all = datasources();
  boost_json::object made;
  int status = 200;
  for (const auto& query : queries) {
    const auto* one = query.if_object();
    const auto* reference = one ? one->if_contains("datasource") : nullptr;
    if (!reference || !reference->is_object()) return said(400, "bad request data");
    const auto* datasource = find(all, text_of(reference->as_object(), "uid"));
    if (!datasource) return said(404, "Data source not found");
    if (!datasource->backend) return said(503, "Plugin unavailable");
    const auto target = target_of(datasource->type, *one, time);
    const auto answer = reach(*datasource, {"GET", "", {}, ""}, target);
    if (answer && answer->hang) return *answer;
    auto result = answer ? result_of(datasource->type, *one, *answer)
                         : unreachable_result(datasource->type, url_of(*datasource) + target);
    if (!result) return {500, json_utf8, std::string(plugin_error)};
    if (result->contains("error")) status = 400;
    made[text_of(*one, "refId")] = std::move(*result);
  }
  return {status, json_plain, boost_json::serialize(boost_json::object{{"results", std::move(made)}}) + "\n"};
}

std::vector<GrafanaDatasource> Grafana::datasources() const {
  std::vector<GrafanaDatasource> all;
  for (auto one : provisioned) {
    const auto on = [&](std::string_view fault) { return one.backend && faults_.on(fault, one.server); };
    if (on("grafana-ds-missing")) continue;
    if (on("grafana-ds-uid-changed")) one.uid = made_up_uid(one.server);
    if (one.server == "mimir" && on("grafana-ds-wrong-url")) one.path = "/promethues";
    all.push_back(std::move(one));
  }
  return all;
}

std::string Grafana::url_of(const GrafanaDatasource& datasource) const {
  auto address = addresses_.at(datasource.server);
  if (faults_.on("grafana-ds-wrong-url", "loki") && datasource.server == "loki")
    address = address.substr(0, address.rfind(':')) + ":1";
  if (faults_.on("grafana-ds-wrong-url", "tempo") && datasource.server == "tempo")
    address = "tempo.invalid" + address.substr(address.rfind(':'));
  return "http://" + address + datasource.path;
}

std::optional<ServerResponse> Grafana::reach(const GrafanaDatasource& datasource, const ServerRequest& request,
                                             std::string_view target) {
  const auto& server = datasource.server;
  if (faults_.on("backend-down", server)) return std::nullopt;
  if (server != "mimir" && faults_.on("grafana-ds-wrong-url", server)) return std::nullopt;
  if (faults_.on("backend-hung", server)) {
    ServerResponse silent(502, "", "");
    silent.hang = true;
    return silent;
  }
  auto asked = request;
  asked.target = datasource.path + std::string(target);
  asked.headers = {{"Content-Type", std::string(request.header("Content-Type"))}};
  if (!faults_.on("grafana-ds-tenant-missing", server)) asked.headers.emplace_back("X-Scope-OrgID", tenant);
  const auto& held = faults_.on("grafana-ds-green-but-empty", server) ? other_ : own_;
  return held.at(server)(asked);
}

}  // namespace lgtmwatch::sandbox
