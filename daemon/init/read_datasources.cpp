#include "daemon/init/read_datasources.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/json.hpp"
#include "daemon/base/lower_case.hpp"
#include "daemon/base/text.hpp"
#include "daemon/model/api_prefix.hpp"
#include "daemon/model/datasource_type.hpp"
#include "daemon/model/find_container.hpp"
#include "probes/alloy/alloy_targets.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_text = 300;
constexpr auto api_prefix = api_prefix_of(MimirKind::mimir);

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(json::string_view(key.data(), key.size()));
  return value && value->is_string() ? shown_text(value->get_string().c_str(), longest_text) : std::string();
}

bool flag_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(json::string_view(key.data(), key.size()));
  return value && value->is_bool() && value->get_bool();
}

bool is_tenant(std::string_view name) { return lower_case(name) == "x-scope-orgid"; }

ListedDatasource listed(const json::object& object) {
  ListedDatasource one;
  one.uid = text_of(object, "uid");
  one.name = text_of(object, "name");
  one.type = text_of(object, "type");
  const auto url = text_of(object, "url");
  if (url.starts_with("http")) one.url = without_credentials(url);  // for browsers it is a path of Grafana's own
  one.user = text_of(object, "basicAuthUser");
  one.has_login = flag_of(object, "basicAuth") || url.size() != without_credentials(url).size();
  one.is_default = flag_of(object, "isDefault");
  const auto* settings = object.if_contains("jsonData");
  if (!settings || !settings->is_object()) return one;
  one.flavor = text_of(settings->get_object(), "prometheusType");
  for (const auto& entry : settings->get_object()) {
    const bool names_header = std::string_view(entry.key().data(), entry.key().size()).starts_with("httpHeaderName");
    if (names_header && entry.value().is_string() && is_tenant(entry.value().get_string().c_str()))
      one.sends_tenant = true;
  }
  return one;
}

Error no_list() {
  return {Phase::content, Reason::mismatch, "the answer is no list of datasources: this is not Grafana's API"};
}

}  // namespace

Result<std::vector<ListedDatasource>> parse_listed_datasources(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  std::vector<ListedDatasource> all;
  if (const auto* list = document->if_array()) {
    for (const auto& one : *list)
      if (one.is_object()) all.push_back(listed(one.get_object()));
    return all;
  }
  const auto* named = JsonPath(*document).find("datasources");
  if (!named || !named->is_object()) return no_list();
  for (const auto& entry : named->get_object())
    if (entry.value().is_object()) all.push_back(listed(entry.value().get_object()));
  return all;
}

std::vector<ListedDatasource> datasources_of(const std::vector<ListedDatasource>& all, Component backend) {
  std::vector<ListedDatasource> some;
  for (const auto& one : all)
    if (!one.uid.empty() && backend_of_type(one.type) == backend) some.push_back(one);
  std::stable_sort(some.begin(), some.end(),
                   [](const auto& a, const auto& b) { return a.is_default && !b.is_default; });
  return some;
}

FoundBackend backend_behind(const ListedDatasource& datasource, Component backend) {
  FoundBackend found;
  found.component = backend;
  found.uid = datasource.uid;
  found.url = datasource.url;
  while (found.url.ends_with('/')) found.url.pop_back();
  if (datasource.has_login)
    found.notes.push_back(fmt::format(
        "Grafana logs in to it with a password, which it shows nobody: auth: {{ basic: {{ username: {}, password_file: "
        "FILE }} }}",
        datasource.user.empty() ? "USER" : datasource.user));
  if (datasource.sends_tenant)
    found.notes.emplace_back("Grafana sends a tenant (X-Scope-OrgID) to it, which it shows nobody");
  if (backend != Component::mimir) return found;
  const bool with_prefix = found.url.ends_with(api_prefix);
  if (with_prefix) found.url.resize(found.url.size() - api_prefix.size());
  found.kind = with_prefix ? MimirKind::mimir : MimirKind::prometheus;
  if (with_prefix && datasource.flavor == "Cortex") found.kind = MimirKind::cortex;
  return found;
}

std::optional<std::string> seen_from_outside(const std::string& url, const std::string& host) {
  const auto parsed = Url::parse(url);
  if (!parsed || !is_loopback(parsed->host()) || is_loopback(host)) return std::nullopt;
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}{}", parsed->scheme() == Url::Scheme::https ? "https" : "http",
                     is_ipv6 ? "[" + host + "]" : host, parsed->port(), parsed->path());
}

}  // namespace lgtmwatch
