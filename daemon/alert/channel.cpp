#include "daemon/alert/channel.hpp"

#include <algorithm>

#include "daemon/alert/alertmanager.hpp"
#include "daemon/alert/webhook.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration first_wait = std::chrono::seconds(5);
constexpr Duration longest_wait = std::chrono::minutes(1);

class AlertmanagerChannel final : public Channel {
 public:
  AlertmanagerChannel(AlertmanagerPlan plan, const std::string& external_url)
      : plan_(std::move(plan)), desk_(external_url) {}

  const Destination& destination() const override { return plan_; }

  std::vector<HttpRequest> due(const Alerts& alerts, WallTime now) override {
    std::vector<HttpRequest> requests;
    for (auto& body : desk_.due(alerts, now))
      requests.emplace_back("POST", "/api/v2/alerts", "application/json", std::move(body));
    return requests;
  }

  void delivered(WallTime now) override { desk_.delivered(now); }
  void failed() override {}

  void take_over(const Channel& before) override {
    if (const auto* same = dynamic_cast<const AlertmanagerChannel*>(&before)) desk_.take_over(same->desk_);
  }

  std::map<AlertKey, Told> told() const override { return desk_.told(); }
  bool take_news() override { return desk_.take_news(); }
  void restore(std::map<AlertKey, Told> told) override { desk_.restore(told); }

 private:
  AlertmanagerPlan plan_;
  AlertmanagerDesk desk_;
};

class WebhookChannel final : public Channel {
 public:
  WebhookChannel(WebhookPlan plan, std::string external_url)
      : plan_(std::move(plan)),
        external_url_(std::move(external_url)),
        desk_(plan_.min_severity, plan_.send_resolved, plan_.repeat_interval) {}

  const Destination& destination() const override { return plan_; }

  std::vector<HttpRequest> due(const Alerts& alerts, WallTime now) override {
    offered_ = desk_.due(alerts, now);
    if (offered_.empty()) return {};
    const auto most = most_notices(plan_.format);
    if (offered_.size() > most) offered_.erase(offered_.begin() + static_cast<std::ptrdiff_t>(most), offered_.end());
    return {webhook_request(plan_, offered_, external_url_, now)};
  }

  void delivered(WallTime now) override { desk_.delivered(offered_, now); }
  void failed() override { desk_.failed(offered_); }

  void take_over(const Channel& before) override {
    if (const auto* same = dynamic_cast<const WebhookChannel*>(&before)) desk_.take_over(same->desk_);
  }

  std::map<AlertKey, Told> told() const override { return desk_.told(); }
  bool take_news() override { return desk_.take_news(); }
  void restore(std::map<AlertKey, Told> told) override { desk_.restore(std::move(told)); }

 private:
  WebhookPlan plan_;
  std::string external_url_;
  WebhookDesk desk_;
  std::vector<Notice> offered_;
};

}  // namespace

std::vector<std::unique_ptr<Channel>> make_channels(const NotifyPlan& plan, const std::string& external_url) {
  std::vector<std::unique_ptr<Channel>> channels;
  for (const auto& each : plan.alertmanagers)
    channels.push_back(std::make_unique<AlertmanagerChannel>(each, external_url));
  for (const auto& each : plan.webhooks) channels.push_back(std::make_unique<WebhookChannel>(each, external_url));
  return channels;
}

Duration Backoff::next() {
  const auto wait = first_wait * (1 << std::min(failures_, 6));
  ++failures_;
  return std::min<Duration>(wait, longest_wait);
}

}  // namespace lgtmwatch
