#include "probes/grafana/grafana_answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t longest_name = 120;
constexpr std::size_t longest_message = 200;
constexpr std::size_t list_limit = 8 << 20;

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_string()) return {};
  const auto& text = value->as_string();
  return shown_text({text.data(), text.size()}, longest_name);
}

bool flag_of(const boost::json::object& object, std::string_view key, bool otherwise) {
  const auto* value = object.if_contains(key);
  return value && value->is_bool() ? value->as_bool() : otherwise;
}

Datasource datasource_of(const boost::json::object& object) {
  Datasource made;
  made.uid = text_of(object, "uid");
  made.name = text_of(object, "name");
  made.type = text_of(object, "type");
  made.is_default = flag_of(object, "isDefault", false);
  const auto* meta = object.if_contains("meta");
  if (meta && meta->is_object()) made.backend = flag_of(meta->as_object(), "backend", false);
  return made;
}

std::string without_spaces_in_lower_case(std::string_view text) {
  std::string plain;
  for (const char c : text)
    if (c != ' ') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return plain;
}

Error unexpected(const char* where, const char* kind) {
  return {Phase::content, Reason::parse, fmt::format("{}: expected {}", where, kind)};
}

}  // namespace

Result<Datasources> parse_datasources(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  if (!document->is_array()) return unexpected("the list of datasources", "an array");
  Datasources list;
  for (const auto& value : document->as_array()) {
    if (!value.is_object()) return unexpected("the list of datasources", "objects");
    list.push_back(datasource_of(value.as_object()));
  }
  return list;
}

Result<Datasources> parse_frontend_settings(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto datasources = JsonPath(*document).member("datasources");
  if (!datasources) return datasources.error();
  if (!datasources->value().is_object()) return unexpected("datasources", "an object");
  Datasources list;
  for (const auto& entry : datasources->value().as_object()) {
    if (!entry.value().is_object()) return unexpected("datasources", "objects");
    auto made = datasource_of(entry.value().as_object());
    if (!made.uid.empty()) list.push_back(std::move(made));
  }
  return list;
}

boost::asio::awaitable<Result<Datasources>> list_datasources(Asker& asker, const std::string& address) {
  HttpRequest request("/api/datasources");
  request.body_limit = list_limit;
  auto listed = co_await asker.ask(std::move(request));
  if (!listed) co_return listed.error();
  if (listed->status == 200) co_return parse_datasources(listed->body);
  if (listed->status != 403) co_return status_error(*listed, address);
  HttpRequest for_viewers("/api/frontend/settings");
  for_viewers.body_limit = list_limit;
  auto settings = co_await asker.ask(std::move(for_viewers));
  if (!settings) co_return settings.error();
  if (settings->status != 200) co_return status_error(*settings, address);
  co_return parse_frontend_settings(settings->body);
}

std::optional<std::string> grafana_message(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return std::nullopt;
  const auto* message = JsonPath(*document).find("message");
  if (!message || !message->is_string()) return std::nullopt;
  const auto& text = message->as_string();
  return shown_text({text.data(), text.size()}, longest_message);
}

std::optional<Error> rejection_by_grafana(const HttpResponse& response, const std::string& address) {
  if ((response.status != 401 && response.status != 403) || !grafana_message(response.body)) return std::nullopt;
  return status_error(response, address);
}

bool says_unknown_datasource(const HttpResponse& response) {
  const auto message = response.status == 404 ? grafana_message(response.body) : std::nullopt;
  if (!message) return false;
  const auto plain = without_spaces_in_lower_case(*message);
  return plain.find("datasource") != std::string::npos &&
         (plain.find("notfound") != std::string::npos || plain.find("unabletofind") != std::string::npos);
}

}  // namespace lgtmwatch
