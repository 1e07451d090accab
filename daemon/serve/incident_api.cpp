#include "daemon/serve/incident_api.hpp"

#include <boost/json/array.hpp>
#include <charconv>

#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::size_t highest_limit = 1000;

Error wrong(const std::string& name, const std::string& value, const std::string& allowed) {
  return {Phase::content, Reason::parse, name + ": '" + value + "' is not allowed", allowed};
}

std::optional<WallTime> time_in(const std::string& text, WallTime now) {
  if (const auto time = parse_rfc3339(text)) return *time;
  const auto ago = parse_duration(text);
  return ago ? std::optional(now - *ago) : std::nullopt;
}

std::optional<std::size_t> limit_in(const std::string& text) {
  std::size_t limit = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), limit);
  const bool is_whole = code == std::errc() && end == text.data() + text.size();
  return is_whole && limit >= 1 && limit <= highest_limit ? std::optional(limit) : std::nullopt;
}

json::object summary_json(const Incident& incident, WallTime now) {
  const auto& finding = incident.last;
  json::array signals;
  for (const auto signal : finding.signals) signals.push_back(word(to_string(signal)));
  return {{"id", incident.id},
          {"stack", word(incident.stack)},
          {"open", incident.is_open()},
          {"opened", word(format_rfc3339(incident.opened))},
          {"closed", incident.closed ? json::value(word(format_rfc3339(*incident.closed))) : json::value(nullptr)},
          {"seconds", std::chrono::duration_cast<std::chrono::seconds>(incident.lasted(now)).count()},
          {"cause", word(finding.cause)},
          {"subject", word(finding.subject)},
          {"stage", word(to_string(finding.stage))},
          {"signals", std::move(signals)},
          {"path", word(finding.path)},
          {"severity", word(to_string(finding.severity))},
          {"state", word(to_string(finding.state))},
          {"summary", word(finding.summary)}};
}

}  // namespace

bool IncidentFilter::fits(const Incident& incident) const {
  if (!stack.empty() && incident.stack != stack) return false;
  if (is_open && *is_open != incident.is_open()) return false;
  return !since || incident.is_open() || *incident.closed >= *since;
}

Result<IncidentFilter> read_incident_filter(const std::string& stack, const std::string& open, const std::string& since,
                                            const std::string& limit, WallTime now) {
  IncidentFilter filter;
  filter.stack = stack;
  if (open == "true" || open == "false") filter.is_open = open == "true";
  if (!open.empty() && !filter.is_open) return wrong("open", open, "write true or false");
  filter.since = since.empty() ? std::nullopt : time_in(since, now);
  if (!since.empty() && !filter.since)
    return wrong("since", since, "write a time as 2026-11-22T12:55:39Z, or how long ago, as 36h");
  if (limit.empty()) return filter;
  const auto number = limit_in(limit);
  if (!number) return wrong("limit", limit, "write a number from 1 to " + std::to_string(highest_limit));
  filter.limit = *number;
  return filter;
}

json::object incidents_json(const IncidentBook& book, const IncidentFilter& filter, WallTime now) {
  json::array incidents;
  std::uint64_t left_out = 0;
  for (auto each = book.incidents().rbegin(); each != book.incidents().rend(); ++each) {
    if (!filter.fits(each->second)) continue;
    if (incidents.size() < filter.limit)
      incidents.push_back(summary_json(each->second, now));
    else
      ++left_out;
  }
  return {{"incidents", std::move(incidents)}, {"left_out", left_out}};
}

json::object incident_json(const Incident& incident, WallTime now) {
  auto object = summary_json(incident, now);
  json::array events;
  for (const auto& event : incident.events)
    events.push_back(json::object{{"at", word(format_rfc3339(event.at))}, {"what", word(event.what)}});
  object["events"] = std::move(events);
  object["events_left_out"] = incident.left_out;
  object["first"] = finding_json(incident.first);
  object["last"] = finding_json(incident.last);
  return object;
}

}  // namespace lgtmwatch
