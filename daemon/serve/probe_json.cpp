#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/serve/api.hpp"
#include "daemon/serve/find_probe.hpp"
#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

json::object exchange_json(const Exchange& exchange) {
  json::object phases;
  for (std::size_t i = 0; i < exchange.phases.size(); ++i)
    if (exchange.phases[i]) phases[word(to_string(static_cast<Phase>(i)))] = to_seconds(*exchange.phases[i]);
  return {{"at", word(format_rfc3339(exchange.at))},
          {"curl", word(exchange.curl)},
          {"status", exchange.status},
          {"error", word(exchange.error)},
          {"first_bytes", word(exchange.first_bytes)},
          {"seconds", to_seconds(exchange.took)},
          {"phases", std::move(phases)}};
}

// Of a RunRecord or a PastRun.
template <class Run>
json::object run_json(const Run& run, bool good) {
  json::array exchanges;
  for (const auto& exchange : run.exchanges) exchanges.push_back(exchange_json(exchange));
  json::object object{{"at", word(format_rfc3339(run.at))},
                      {"good", good},
                      {"seconds", to_seconds(run.took)},
                      {"exchanges", std::move(exchanges)}};
  if (run.failure)
    object["error"] = json::object{{"reason", word(to_string(run.failure->reason))},
                                   {"phase", word(to_string(run.failure->phase))},
                                   {"what", word(run.failure->what)},
                                   {"hint", word(run.failure->hint)}};
  return object;
}

json::value run_or_null(const std::shared_ptr<const RunRecord>& run) {
  if (!run) return nullptr;
  return run_json(*run, run->good());
}

json::array ring_json(const std::vector<std::shared_ptr<const PastRun>>& ring) {
  json::array array;
  for (const auto& run : ring) {
    auto object = run_json(*run, run->good);
    object["exchanges_left_out"] = run->left_out;
    array.push_back(std::move(object));
  }
  return array;
}

}  // namespace

json::value probes_json(const Snapshot& snapshot) {
  json::array probes;
  for (const auto& stack : snapshot.stacks)
    for (const auto& probe : stack->facts.probes)
      probes.push_back(json::object{{"id", word(probe_id(*stack->facts.plan, probe))},
                                    {"good", probe.last ? json::value(probe.last->good()) : json::value(nullptr)}});
  return json::object{{"probes", std::move(probes)}};
}

std::optional<json::value> probe_json(const Snapshot& snapshot, std::string_view id) {
  const auto found = find_probe(snapshot, id);
  if (!found) return std::nullopt;
  const auto& facts = *found->facts;
  json::object object{{"id", word(id)}, {"address", word(facts.address)}};
  object["last"] = run_or_null(facts.last);
  object["settled"] = run_or_null(facts.settled);
  object["runs"] = found->history ? ring_json(found->history->runs) : json::array();
  object["failures"] = found->history ? ring_json(found->history->failures) : json::array();
  return json::value(std::move(object));
}

}  // namespace lgtmwatch
