#include "probes/alerting/alertmanager_body.hpp"

#include "daemon/base/json.hpp"
#include "probes/lenient_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::size_t most_alerts = 2000;
constexpr std::size_t most_silences = 500;

AlertAtAlertmanager read_alert(const json::value& alert) {
  AlertAtAlertmanager read;
  const auto* labels = at(&alert, "labels");
  const auto* status = at(&alert, "status");
  read.name = text_at(labels, "alertname");
  read.severity = text_at(labels, "severity");
  read.state = text_at(status, "state");
  read.silenced_by = texts_at(status, "silencedBy");
  read.inhibited_by = texts_at(status, "inhibitedBy");
  read.since = time_at(&alert, "startsAt");
  return read;
}

Silence read_silence(const json::value& silence) {
  Silence read;
  read.id = text_at(&silence, "id");
  read.author = text_at(&silence, "createdBy");
  read.comment = text_at(&silence, "comment");
  read.begin = time_at(&silence, "startsAt");
  read.end = time_at(&silence, "endsAt");
  return read;
}

}  // namespace

Result<void> read_status(std::string_view body, AlertmanagerState& found) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto config = JsonPath(*document).member("config");
  if (!config) return config.error();
  found.up_since = time_at(&*document, "uptime");
  return {};
}

Result<void> read_alerts(std::string_view body, const std::string& watchdog, AlertmanagerState& found) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto count = JsonPath(*document).array_size();
  if (!count) return count.error();
  found.lacks_watchdog = !watchdog.empty();
  for_each(&*document, [&](const json::value& each) {
    auto alert = read_alert(each);
    const bool is_watchdog = alert.name == watchdog;
    if (is_watchdog) found.lacks_watchdog = false;
    if (found.alerts.size() >= most_alerts) {
      ++found.left_out;
    } else {
      found.alerts.push_back(std::move(alert));
    }
  });
  return {};
}

Result<void> read_silences(std::string_view body, AlertmanagerState& found) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto count = JsonPath(*document).array_size();
  if (!count) return count.error();
  for_each(&*document, [&](const json::value& each) {
    if (text_at(at(&each, "status"), "state") != "active" || found.silences.size() >= most_silences) return;
    found.silences.push_back(read_silence(each));
  });
  return {};
}

}  // namespace lgtmwatch
