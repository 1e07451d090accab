// What an Alertmanager is to be posted, by its API v2 (POST /api/v2/alerts, Alertmanager 0.16 and later). Pure.
//
// The labels are those of the metric lgtmwatch_finding and the alert's name in config/alerts, so that what the ruler
// sends and what lgtmwatch sends are the same alert. Alertmanager forgets an alert at its endsAt, so that all are
// posted again every minute; what is over is posted once more with the end that it had.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/alert/desk.hpp"

namespace lgtmwatch {

class AlertmanagerDesk {
 public:
  // external_url: of this instance, for the link to the run book; empty where nobody told it.
  explicit AlertmanagerDesk(std::string external_url) : external_url_(std::move(external_url)) {}

  // The bodies of the requests, at most a hundred alerts in each; none where nothing is due.
  std::vector<std::string> due(const Alerts& alerts, WallTime now);
  void delivered(WallTime now);  // all of the last due()
  void take_over(const AlertmanagerDesk& before) { posted_ = before.posted_; }
  // Of each alert that is not over when it was posted first; after a restart it is handed in again.
  std::map<AlertKey, Told> told() const;
  bool take_news() { return std::exchange(has_news_, false); }  // of told(), since it was asked last
  void restore(const std::map<AlertKey, Told>& told);

 private:
  using LabelSet = std::map<std::string, std::string>;

  std::string external_url_;
  std::map<LabelSet, Told> posted_;  // and not over as far as the Alertmanager knows
  std::map<LabelSet, Told> offered_;
  std::optional<WallTime> last_;
  bool offers_news_ = false;
  bool has_news_ = false;
};

}  // namespace lgtmwatch
