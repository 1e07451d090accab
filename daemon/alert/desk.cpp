#include "daemon/alert/desk.hpp"

#include <algorithm>
#include <tuple>

namespace lgtmwatch {
namespace {

constexpr std::size_t most_attempted = 1000;

// critical is the first of the severities.
bool is_worse(Severity severity, Severity before) { return severity < before; }

}  // namespace

std::string_view to_string(Notice::Event event) {
  switch (event) {
    case Notice::Event::opened: return "opened";
    case Notice::Event::worse: return "worse";
    case Notice::Event::still: return "still";
    case Notice::Event::over: return "over";
  }
  return "opened";
}

std::vector<Notice> WebhookDesk::due(const Alerts& alerts, WallTime now) {
  std::vector<Notice> notices;
  for (const auto& [key, alert] : alerts) add_open(key, alert, now, notices);
  std::stable_sort(notices.begin(), notices.end(), [](const Notice& a, const Notice& b) {
    return std::tie(a.alert.stack, a.alert.place) < std::tie(b.alert.stack, b.alert.place);
  });
  const auto is_over = [&](const auto& entry) { return !alerts.contains(entry.first); };
  if (!send_resolved_ && std::erase_if(told_, is_over) > 0) has_news_ = true;
  if (!send_resolved_) std::erase_if(attempted_, is_over);
  for (const auto& [key, told] : told_)
    if (!alerts.contains(key)) notices.push_back({Notice::Event::over, told.alert});
  for (const auto& [key, alert] : attempted_)
    if (!alerts.contains(key) && !told_.contains(key)) notices.push_back({Notice::Event::over, alert});
  return notices;
}

void WebhookDesk::add_open(const AlertKey& key, const Alert& alert, WallTime now, std::vector<Notice>& notices) const {
  if (alert.awaited) return;
  const auto told = told_.find(key);
  if (told == told_.end()) {
    if (!is_worse(min_severity_, alert.finding.severity)) notices.push_back({Notice::Event::opened, alert});
  } else if (is_worse(alert.finding.severity, told->second.alert.finding.severity)) {
    notices.push_back({Notice::Event::worse, alert});
  } else if (now - told->second.at >= repeat_interval_) {
    notices.push_back({Notice::Event::still, alert});
  }
}

void WebhookDesk::delivered(const std::vector<Notice>& notices, WallTime now) {
  for (const auto& notice : notices) {
    const auto key = key_of(notice.alert.stack, notice.alert.finding);
    attempted_.erase(key);
    if (notice.event == Notice::Event::over)
      told_.erase(key);
    else
      told_.insert_or_assign(key, Told{notice.alert, now});
  }
  has_news_ = true;
}

void WebhookDesk::failed(const std::vector<Notice>& notices) {
  for (const auto& notice : notices)
    if (attempted_.size() < most_attempted)
      attempted_.insert_or_assign(key_of(notice.alert.stack, notice.alert.finding), notice.alert);
}

void WebhookDesk::take_over(const WebhookDesk& before) {
  told_ = before.told_;
  attempted_ = before.attempted_;
}

}  // namespace lgtmwatch
