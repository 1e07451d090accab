#include "probes/alerting/rules_body.hpp"

#include <algorithm>

#include "daemon/base/json.hpp"
#include "probes/answers.hpp"
#include "probes/lenient_json.hpp"
#include "probes/mimir/mimir_api.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::size_t body_limit = 16 << 20;
constexpr std::size_t most_alerts = 2000;
constexpr std::size_t longest_expression = 4096;

std::optional<WallTime> oldest_alert(const json::value& rule) {
  std::optional<WallTime> oldest;
  for_each(at(&rule, "alerts"), [&](const json::value& alert) {
    const auto since = time_at(&alert, "activeAt");
    if (since && (!oldest || *since < *oldest)) oldest = since;
  });
  return oldest;
}

AlertRule read_alert(const std::string& group, const json::value& rule) {
  AlertRule alert;
  alert.group = group;
  alert.name = text_at(&rule, "name");
  alert.expression = text_at(&rule, "query", longest_expression);
  alert.state = text_at(&rule, "state");
  alert.health = text_at(&rule, "health");
  alert.active_since = oldest_alert(rule);
  return alert;
}

void read_group(const json::value& group, const AlertingPlan& alerting, RulerRules& found) {
  RuleGroup read;
  read.name = text_at(&group, "name");
  read.interval = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(real_at(&group, "interval")));
  read.evaluated = time_at(&group, "lastEvaluation");
  for_each(at(&group, "rules"), [&](const json::value& rule) {
    if (text_at(&rule, "type") != "alerting") return;
    auto alert = read_alert(read.name, rule);
    if (!alerting.watchdog.empty() && alert.name == alerting.watchdog && !found.watchdog) found.watchdog = alert;
    if (found.alerts.size() >= most_alerts) {
      ++found.left_out;
    } else {
      found.alerts.push_back(std::move(alert));
    }
  });
  found.groups.push_back(std::move(read));
}

}  // namespace

Result<RulerRules> parse_rules(std::string_view body, const AlertingPlan& alerting) {
  const auto data = parse_envelope(body);
  if (!data) return data.error();
  const auto groups = JsonPath(*data).member("groups");
  if (!groups) return groups.error();
  const auto count = groups->array_size();
  if (!count) return count.error();
  RulerRules found;
  for_each(&groups->value(), [&](const json::value& group) { read_group(group, alerting, found); });
  for (const auto& name : alerting.rule_groups) {
    const auto is_it = [&](const RuleGroup& group) { return group.name == name; };
    if (std::none_of(found.groups.begin(), found.groups.end(), is_it)) found.missing.push_back(name);
  }
  found.lacks_watchdog = !alerting.watchdog.empty() && !found.watchdog;
  return found;
}

boost::asio::awaitable<Result<RulerRules>> ask_rules(Asker& asker, std::string api_prefix, std::string address,
                                                     const AlertingPlan& alerting) {
  HttpRequest request(api_prefix + "/api/v1/rules");
  request.body_limit = body_limit;
  auto response = co_await asker.ask(std::move(request));
  if (!response) co_return response.error();
  if (response->status == 404) {
    RulerRules none;
    none.has_ruler = false;
    none.missing = alerting.rule_groups;
    none.lacks_watchdog = !alerting.watchdog.empty();
    co_return none;
  }
  if (auto error = gateway_error(*response, address)) co_return *error;
  if (response->status != 200) co_return status_error(*response, address);
  co_return parse_rules(response->body, alerting);
}

}  // namespace lgtmwatch
