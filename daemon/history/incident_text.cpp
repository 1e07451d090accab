#include "daemon/history/incident_text.hpp"

#include <boost/json/serialize.hpp>

#include "daemon/base/json_fields.hpp"
#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {

namespace json = boost::json;

std::string incident_text(const Incident& incident) {
  json::array events;
  for (const auto& event : incident.events)
    events.push_back(json::object{{"at", word(format_rfc3339(event.at))}, {"what", word(event.what)}});
  return json::serialize(json::object{{"first", finding_json(incident.first)},
                                      {"last", finding_json(incident.last)},
                                      {"events", std::move(events)},
                                      {"left_out", incident.left_out}});
}

Result<void> read_incident_text(std::string_view text, Incident& incident) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  const JsonPath root(*parsed);
  JsonFields fields;
  if (const auto first = fields.member(root, "first")) incident.first = finding_in(fields, *first);
  if (const auto last = fields.member(root, "last")) incident.last = finding_in(fields, *last);
  for (const auto& event : fields.elements(root, "events"))
    incident.events.push_back({fields.time(event, "at"), fields.text(event, "what")});
  incident.left_out = static_cast<std::uint64_t>(fields.number(root, "left_out"));
  if (fields.error) return *fields.error;
  return {};
}

}  // namespace lgtmwatch
