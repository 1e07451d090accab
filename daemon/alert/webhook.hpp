// The request that tells a webhook of notices, in the words of who takes it. Pure.
//
//   json     our own body, described in docs/notifications.md
//   slack    {"text": …}, for incoming webhooks of Slack, Mattermost and Rocket.Chat
//   discord  {"content": …}, at most 2000 characters
//   ntfy     the text as body; Title, Priority, Tags and Click as headers (docs.ntfy.sh/publish)
//   oncall   Grafana OnCall's "formatted webhook": {"alert_uid", "title", "message", "state", …}, one for each alert
#pragma once

#include <string>
#include <vector>

#include "daemon/alert/desk.hpp"
#include "daemon/net/http.hpp"

namespace lgtmwatch {

// How many notices one request carries at most; what is beyond them waits for the next.
std::size_t most_notices(WebhookFormat format);

// notices: at least one.
HttpRequest webhook_request(const WebhookPlan& plan, const std::vector<Notice>& notices,
                            const std::string& external_url, WallTime now);

}  // namespace lgtmwatch
