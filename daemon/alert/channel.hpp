// Channel: one destination of alerts, with what it was told and how often it failed. No I/O: the notifier sends.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/alert/desk.hpp"
#include "daemon/model/notify_plan.hpp"
#include "daemon/net/http.hpp"

namespace lgtmwatch {

class Channel {
 public:
  virtual ~Channel() = default;

  virtual const Destination& destination() const = 0;
  // What is to be sent now, all of it or nothing; none where nothing is due.
  virtual std::vector<HttpRequest> due(const Alerts& alerts, WallTime now) = 0;
  // What came of all that due() gave last.
  virtual void delivered(WallTime now) = 0;
  virtual void failed() = 0;
  // After a reload: what a channel of the same kind and name has told is not told again.
  virtual void take_over(const Channel& before) = 0;
  // What it has told of alerts that are not over. Handed in again after a restart, before anything else.
  virtual std::map<AlertKey, Told> told() const = 0;
  virtual bool take_news() = 0;  // of told(), since it was asked last
  virtual void restore(std::map<AlertKey, Told> told) = 0;
};

std::vector<std::unique_ptr<Channel>> make_channels(const NotifyPlan& plan, const std::string& external_url);

// 5 s, then twice as long after every further failure, up to a minute.
class Backoff {
 public:
  Duration next();
  void reset() { failures_ = 0; }

 private:
  int failures_ = 0;
};

}  // namespace lgtmwatch
