// WebhookDesk: what one destination is still to be told of the alerts that are on. Pure.
//
// It compares what is on with what was delivered, so that nothing is lost while the destination cannot be reached, and
// nothing is told twice: no queue can grow behind it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/alert/policy.hpp"
#include "daemon/model/notify_plan.hpp"

namespace lgtmwatch {

struct Notice {
  enum class Event { opened, worse, still, over };

  Event event = Event::opened;
  Alert alert;
};

std::string_view to_string(Notice::Event event);

// What was told of an alert, as it was then. What an Alertmanager and a webhook were told is kept alike.
struct Told {
  Alert alert;
  WallTime at{};
};

class WebhookDesk {
 public:
  WebhookDesk(Severity min_severity, bool send_resolved, Duration repeat_interval)
      : min_severity_(min_severity), send_resolved_(send_resolved), repeat_interval_(repeat_interval) {}

  // The root cause of each stack first, what is over last. What was never delivered and is over is told as over.
  std::vector<Notice> due(const Alerts& alerts, WallTime now);
  void delivered(const std::vector<Notice>& notices, WallTime now);
  void failed(const std::vector<Notice>& notices);
  // After a reload: what was delivered before is not told again.
  void take_over(const WebhookDesk& before);
  // Of each alert that is not over what was told last; after a restart it is handed in again.
  const std::map<AlertKey, Told>& told() const { return told_; }
  bool take_news() { return std::exchange(has_news_, false); }  // of told(), since it was asked last
  void restore(std::map<AlertKey, Told> told) { told_ = std::move(told); }

 private:
  void add_open(const AlertKey& key, const Alert& alert, WallTime now, std::vector<Notice>& notices) const;

  Severity min_severity_;
  bool send_resolved_;
  Duration repeat_interval_;
  std::map<AlertKey, Told> told_;
  Alerts attempted_;  // that could not be delivered
  bool has_news_ = false;
};

}  // namespace lgtmwatch
