#include "daemon/serve/history_routes.hpp"

#include <charconv>

#include "daemon/serve/history_view.hpp"
#include "daemon/serve/incident_api.hpp"
#include "daemon/serve/incident_report.hpp"
#include "daemon/serve/responses.hpp"

namespace lgtmwatch {
namespace {

constexpr std::string_view incidents_path = "/api/v1/incidents";
constexpr std::string_view availability_path = "/api/v1/availability";
constexpr std::string_view report_path = "/api/v1/report";

const Incident* find_incident(const IncidentBook& book, std::string_view text) {
  std::uint64_t id = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), id);
  return code == std::errc() && end == text.data() + text.size() ? book.find(id) : nullptr;
}

ServerResponse no_such_incident() {
  return {404, text_type, "no such incident; GET /api/v1/incidents lists them by their number\n"};
}

ServerResponse list_response(const IncidentBook& book, const ServerRequest& request, WallTime now) {
  const auto filter = read_incident_filter(request.query("stack"), request.query("open"), request.query("since"),
                                           request.query("limit"), now);
  if (filter) return json_response(incidents_json(book, *filter, now));
  return {400, text_type, filter.error().what + "; " + filter.error().hint + "\n"};
}

ServerResponse availability_response(const AvailabilityBook& book, const Snapshot& snapshot, const std::string& stack) {
  std::vector<std::string> names;
  for (const auto& each : snapshot.stacks)
    if (stack.empty() || each->verdict.name == stack) names.push_back(each->verdict.name);
  if (names.empty() && !stack.empty()) return {404, text_type, "no such stack; GET /api/v1/status lists them\n"};
  return json_response(availability_json(book, names));
}

}  // namespace

std::optional<ServerResponse> answer_about_history(const History& history, const Snapshot& snapshot,
                                                   const Catalogue& catalogue, const ServerRequest& request) {
  const auto now = snapshot.at;
  const auto& book = history.incidents;
  const auto path = request.path();
  if (path == availability_path) return availability_response(history.availability, snapshot, request.query("stack"));
  if (path == incidents_path) return list_response(book, request, now);
  if (path.starts_with(incidents_path) && path[incidents_path.size()] == '/') {
    const auto* incident = find_incident(book, path.substr(incidents_path.size() + 1));
    return incident ? json_response(incident_json(*incident, now)) : no_such_incident();
  }
  const auto id = path == report_path ? request.query("incident") : std::string();
  if (id.empty()) return std::nullopt;
  const auto* incident = find_incident(book, id);
  if (!incident) return no_such_incident();
  return ServerResponse(200, "text/markdown; charset=utf-8", incident_markdown(*incident, book, catalogue, now));
}

}  // namespace lgtmwatch
