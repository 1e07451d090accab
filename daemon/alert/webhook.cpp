#include "daemon/alert/webhook.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "daemon/alert/words.hpp"
#include "daemon/base/text.hpp"
#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::size_t slack_limit = 3000;    // of a text that is not cut in two
constexpr std::size_t discord_limit = 1900;  // 2000 characters
constexpr std::size_t ntfy_limit = 3900;     // 4096 bytes; more becomes an attachment
constexpr std::size_t title_limit = 200;

bool is_over(const Notice& notice) { return notice.event == Notice::Event::over; }

bool are_over(const std::vector<Notice>& notices) { return std::all_of(notices.begin(), notices.end(), is_over); }

Severity worst_of(const std::vector<Notice>& notices) {
  auto worst = Severity::info;
  for (const auto& notice : notices)
    if (!is_over(notice)) worst = std::min(worst, notice.alert.finding.severity);
  return worst;
}

json::object notice_json(const Notice& notice, const std::string& external_url) {
  auto object = finding_json(notice.alert.finding);
  object["event"] = word(to_string(notice.event));
  object["stack"] = word(notice.alert.stack);
  object["flapping"] = notice.alert.flaps;
  object["last_seen"] = word(format_rfc3339(notice.alert.last_seen));
  object["runbook_url"] = word(run_book(external_url, notice.alert.finding.cause));
  return object;
}

json::object own_body(const std::vector<Notice>& notices, const std::string& external_url, WallTime now) {
  json::array array;
  for (const auto& notice : notices) array.push_back(notice_json(notice, external_url));
  return {{"version", 1},
          {"status", are_over(notices) ? "resolved" : "firing"},
          {"sent_at", word(format_rfc3339(now))},
          {"title", word(title_of(notices))},
          {"external_url", word(external_url)},
          {"notices", std::move(array)}};
}

// Slack takes what stands between < and > for a link or a mention.
std::string escaped_for_slack(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&')
      escaped += "&amp;";
    else if (c == '<')
      escaped += "&lt;";
    else if (c == '>')
      escaped += "&gt;";
    else
      escaped += c;
  }
  return escaped;
}

std::string titled(const std::vector<Notice>& notices, const std::string& external_url, std::size_t limit) {
  if (notices.size() == 1) return text_of(notices, external_url, limit);
  const auto title = title_of(notices) + "\n\n";
  return title + text_of(notices, external_url, limit - title.size());
}

json::object slack_body(const std::vector<Notice>& notices, const std::string& external_url) {
  return {{"text", word(escaped_for_slack(titled(notices, external_url, slack_limit)))}};
}

// Nobody is called by a line of a log that says @everyone.
json::object discord_body(const std::vector<Notice>& notices, const std::string& external_url) {
  return {{"content", word(titled(notices, external_url, discord_limit))},
          {"allowed_mentions", json::object{{"parse", json::array()}}}};
}

json::object oncall_body(const Notice& notice, const std::string& external_url) {
  const auto& alert = notice.alert;
  return {{"alert_uid", word(alert.stack + "/" + alert.finding.cause + "/" + alert.finding.subject)},
          {"title", word(headline(alert))},
          {"state", is_over(notice) ? "ok" : "alerting"},
          {"severity", word(to_string(alert.finding.severity))},
          {"link_to_upstream_details", word(run_book(external_url, alert.finding.cause))},
          {"message", word(description(alert.finding))}};
}

// Headers are ASCII on the wire.
std::string ascii(std::string_view text) {
  std::string plain;
  for (const auto c : text)
    if (static_cast<unsigned char>(c) < 0x80) plain += c < ' ' || c == 0x7f ? ' ' : c;
  return plain;
}

const char* ntfy_priority(const std::vector<Notice>& notices) {
  switch (worst_of(notices)) {
    case Severity::critical: return "urgent";
    case Severity::warning: return "high";
    case Severity::info: return "default";
  }
  return "default";
}

HttpRequest ntfy_request(const WebhookPlan& plan, const std::vector<Notice>& notices, const std::string& external_url) {
  HttpRequest request("POST", plan.target.reveal(), "text/plain; charset=utf-8",
                      text_of(notices, external_url, ntfy_limit));
  request.headers = {{"Title", ascii(shown_text(title_of(notices), title_limit))},
                     {"Priority", ntfy_priority(notices)},
                     {"Tags", are_over(notices) ? "white_check_mark" : "rotating_light"}};
  if (!external_url.empty()) request.headers.emplace_back("Click", external_url);
  return request;
}

HttpRequest json_request(const WebhookPlan& plan, const json::object& body) {
  return {"POST", plan.target.reveal(), "application/json", json::serialize(body)};
}

}  // namespace

std::size_t most_notices(WebhookFormat format) { return format == WebhookFormat::oncall ? 1 : 100; }

HttpRequest webhook_request(const WebhookPlan& plan, const std::vector<Notice>& notices,
                            const std::string& external_url, WallTime now) {
  switch (plan.format) {
    case WebhookFormat::json: return json_request(plan, own_body(notices, external_url, now));
    case WebhookFormat::slack: return json_request(plan, slack_body(notices, external_url));
    case WebhookFormat::discord: return json_request(plan, discord_body(notices, external_url));
    case WebhookFormat::ntfy: return ntfy_request(plan, notices, external_url);
    case WebhookFormat::oncall: return json_request(plan, oncall_body(notices.front(), external_url));
  }
  return json_request(plan, own_body(notices, external_url, now));
}

}  // namespace lgtmwatch
