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
  for (const auto& [key, alert] : alerts) offered_.emplace(labels_of(alert), alert);
  json::array all;
  bool is_news = false;
  for (const auto& [labels, alert] : offered_) {
    is_news = is_news || !posted_.contains(labels);
    all.push_back(to_json(labels, alert, now + forgotten_after, external_url_));
  }
  for (const auto& [labels, alert] : posted_) {
    if (offered_.contains(labels)) continue;
    is_news = true;
    all.push_back(to_json(labels, alert, now, external_url_));
  }
  if (all.empty() || !(is_news || !last_ || now - *last_ >= resend_every)) return {};
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < all.size(); i += most_in_a_request) {
    const auto end = std::min(all.size(), i + most_in_a_request);
    bodies.push_back(json::serialize(json::array(all.begin() + i, all.begin() + end)));
  }
  return bodies;
}

void AlertmanagerDesk::delivered(WallTime now) {
  posted_ = std::move(offered_);
  last_ = now;
}

}  // namespace lgtmwatch
