#include "daemon/alert/alertmanager.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/alert/words.hpp"
#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr Duration resend_every = std::chrono::minutes(1);
constexpr Duration forgotten_after = std::chrono::minutes(4);
constexpr std::size_t most_in_a_request = 100;

std::map<std::string, std::string> labels_of(const Alert& alert) {
  const auto& finding = alert.finding;
  std::map<std::string, std::string> labels{
      {"alertname", "LgtmwatchFinding"}, {"stack", alert.stack},
      {"subject", finding.subject},      {"stage", std::string(to_string(finding.stage))},
      {"cause", finding.cause},          {"severity", std::string(to_string(finding.severity))}};
  if (const auto signal = finding.signal()) labels["signal"] = std::string(to_string(*signal));
  if (!finding.path.empty()) labels["path"] = finding.path;
  return labels;
}

json::object to_json(const std::map<std::string, std::string>& labels, const Alert& alert, WallTime ends,
                     const std::string& external_url) {
  json::object names;
  for (const auto& [name, value] : labels) names[word(name)] = word(value);
  json::object annotations{{"summary", word(headline(alert))}, {"description", word(description(alert.finding))}};
  const auto link = run_book(external_url, alert.finding.cause);
  if (!link.empty()) annotations["runbook_url"] = word(link);
  json::object object{{"labels", std::move(names)},
                      {"annotations", std::move(annotations)},
                      {"startsAt", word(format_rfc3339(alert.finding.since))},
                      {"endsAt", word(format_rfc3339(ends))}};
  if (!external_url.empty()) object["generatorURL"] = word(external_url);
  return object;
}

}  // namespace

std::vector<std::string> AlertmanagerDesk::due(const Alerts& alerts, WallTime now) {
  offered_.clear();
  for (const auto& [key, alert] : alerts) {
    const auto labels = labels_of(alert);
    const auto posted = posted_.find(labels);
    offered_.emplace(labels, Told{alert, posted == posted_.end() ? now : posted->second.at});
  }
  // One that is awaited and was never posted here is no business of this Alertmanager.
  std::erase_if(offered_, [&](const auto& each) { return each.second.alert.awaited && !posted_.contains(each.first); });
  json::array all;
  offers_news_ = false;
  for (const auto& [labels, told] : offered_) {
    if (told.alert.awaited) continue;
    offers_news_ = offers_news_ || !posted_.contains(labels);
    all.push_back(to_json(labels, told.alert, now + forgotten_after, external_url_));
  }
  for (const auto& [labels, told] : posted_) {
    if (offered_.contains(labels)) continue;
    offers_news_ = true;
    all.push_back(to_json(labels, told.alert, now, external_url_));
  }
  if (all.empty() || !(offers_news_ || !last_ || now - *last_ >= resend_every)) return {};
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < all.size(); i += most_in_a_request) {
    const auto end = std::min(all.size(), i + most_in_a_request);
    bodies.push_back(json::serialize(json::array(all.begin() + i, all.begin() + end)));
  }
  return bodies;
}

void AlertmanagerDesk::delivered(WallTime now) {
  posted_ = std::move(offered_);
  has_news_ = has_news_ || offers_news_;
  last_ = now;
}

std::map<AlertKey, Told> AlertmanagerDesk::told() const {
  std::map<AlertKey, Told> told;
  for (const auto& [labels, each] : posted_) told.emplace(key_of(each.alert.stack, each.alert.finding), each);
  return told;
}

void AlertmanagerDesk::restore(const std::map<AlertKey, Told>& told) {
  for (const auto& [key, each] : told) posted_.emplace(labels_of(each.alert), each);
}

}  // namespace lgtmwatch
