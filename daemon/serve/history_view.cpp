#include "daemon/serve/history_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "daemon/base/text.hpp"
#include "daemon/base/url.hpp"
#include "daemon/serve/markdown.hpp"
#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr Duration shown_for = std::chrono::hours(24 * 7);
constexpr std::size_t most_shown = 20;

// The latest first, but what is open before all that is over.
std::vector<const Incident*> incidents_of(const IncidentBook& book, const std::string& stack, WallTime now) {
  std::vector<const Incident*> found;
  for (auto each = book.incidents().rbegin(); each != book.incidents().rend(); ++each) {
    const auto& incident = each->second;
    if (incident.stack == stack && (incident.is_open() || now - *incident.closed <= shown_for))
      found.push_back(&incident);
  }
  std::stable_partition(found.begin(), found.end(), [](const Incident* incident) { return incident->is_open(); });
  return found;
}

std::string duration_of(const Incident& incident, WallTime now) {
  const auto lasted = format_age(incident.lasted(now));
  return incident.is_open() ? "open for " + lasted : lasted;
}

std::string incident_row(const Incident& incident, WallTime now) {
  const auto& finding = incident.last;
  return fmt::format(
      "<tr><td><a href=\"api/v1/report?incident={}\">{}</a></td><td>{}<br><small><a "
      "href=\"causes/{}\">{}</a></small></td>"
      "<td class=\"{}\">{}</td></tr>",
      incident.id, format_rfc3339(incident.opened), escaped_markup(finding.summary), percent_encode(finding.cause),
      escaped_markup(finding.cause), incident.is_open() ? to_string(finding.state) : "over",
      duration_of(incident, now));
}

std::string name_of(const AvailabilityKey& key) {
  if (!key.signal) return "whole stack";
  return key.path.empty() ? std::string(to_string(*key.signal))
                          : fmt::format("{}, {}", key.path, to_string(*key.signal));
}

constexpr const char* availability_head =
    "<table><tr><th>available</th><th>1 day</th><th>7 days</th><th>30 days</th></tr>";

std::string availability_cell(const Availability& availability) {
  return fmt::format("<td>{}<br><small>{} known</small></td>", share_text(availability), known_text(availability));
}

std::string availability_row(const AvailabilityBook& book, const AvailabilityKey& key, const WatchedSeries& series) {
  auto html = fmt::format("<tr><td>{}</td>", escaped_markup(name_of(key)));
  for (const auto window : availability_windows) html += availability_cell(book.over(series, window));
  return html + "</tr>";
}

json::array windows_json(const AvailabilityBook& book, const WatchedSeries& series) {
  json::array windows;
  for (const auto window : availability_windows) {
    const auto availability = book.over(series, window);
    const auto share = availability.share();
    json::object object{{"days", std::chrono::duration_cast<std::chrono::hours>(window).count() / 24},
                        {"available", share ? json::value(*share) : json::value(nullptr)},
                        {"known", availability.known()}};
    for (const auto standing : all_standings)
      object[word(fmt::format("{}_seconds", to_string(standing)))] =
          to_seconds(availability.spent[static_cast<std::size_t>(standing)]);
    windows.push_back(std::move(object));
  }
  return windows;
}

}  // namespace

std::string incidents_html(const IncidentBook& book, const std::string& stack, WallTime now) {
  const auto incidents = incidents_of(book, stack, now);
  if (incidents.empty()) return {};
  std::string html = "<h3>Incidents of the last 7 days</h3><table><tr><th>since</th><th>what</th><th>lasted</th></tr>";
  for (std::size_t i = 0; i < incidents.size() && i < most_shown; ++i) html += incident_row(*incidents[i], now);
  html += "</table>";
  if (incidents.size() <= most_shown) return html;
  return html + fmt::format("<p><small><a href=\"api/v1/incidents?stack={}\">{} more</a></small></p>",
                            percent_encode(stack), incidents.size() - most_shown);
}

std::string availability_html(const AvailabilityBook& book, const std::string& stack) {
  std::string signals;
  std::string paths;
  for (const auto& [key, series] : book.of_stack(stack))
    (key.path.empty() ? signals : paths) += availability_row(book, key, series);
  if (signals.empty()) return {};
  auto html = fmt::format("<h3>Availability</h3>{}{}</table>", availability_head, signals);
  if (paths.empty()) return html;
  return html + fmt::format("<details><summary>of each path</summary>{}{}</table></details>", availability_head, paths);
}

json::object availability_json(const AvailabilityBook& book, const std::vector<std::string>& stacks) {
  json::array array;
  for (const auto& stack : stacks) {
    json::array all;
    for (const auto& [key, series] : book.of_stack(stack))
      all.push_back(json::object{{"signal", word(key.signal ? to_string(*key.signal) : "")},
                                 {"path", word(key.path)},
                                 {"windows", windows_json(book, series)}});
    array.push_back(json::object{{"name", word(stack)}, {"series", std::move(all)}});
  }
  return {{"stacks", std::move(array)}};
}

std::string incidents_markdown(const IncidentBook& book, const std::string& stack, WallTime now) {
  const auto incidents = incidents_of(book, stack, now);
  if (incidents.empty()) return {};
  auto text = "\n## Incidents of the last 7 days\n\n" + markdown_head({"number", "since", "what", "cause", "lasted"});
  for (std::size_t i = 0; i < incidents.size() && i < most_shown; ++i)
    text += markdown_row({std::to_string(incidents[i]->id), format_rfc3339(incidents[i]->opened),
                          incidents[i]->last.summary, incidents[i]->last.cause, duration_of(*incidents[i], now)});
  if (incidents.size() > most_shown) text += fmt::format("\n{} more.\n", incidents.size() - most_shown);
  return text + "\n`lgtmwatch report --incident=NUMBER` tells one of them.\n";
}

std::string availability_markdown(const AvailabilityBook& book, const std::string& stack) {
  const auto all = book.of_stack(stack);
  if (all.empty()) return {};
  auto text = "\n## Availability\n\n" + markdown_head({"of", "1 day", "7 days", "30 days"});
  for (const auto& [key, series] : all) {
    std::vector<std::string> cells{name_of(key)};
    for (const auto window : availability_windows) cells.push_back(availability_text(book.over(series, window)));
    text += markdown_row(cells);
  }
  return text;
}

}  // namespace lgtmwatch
