#include "daemon/serve/api.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/serve/maintenance_view.hpp"
#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<WallTime>& time) {
  if (!time) return nullptr;
  return json::value(word(format_rfc3339(*time)));
}

json::value flag_or_null(const std::optional<bool>& flag) {
  if (!flag) return nullptr;
  return json::value(*flag);
}

json::array components_json(const StackVerdict& verdict) {
  json::array array;
  for (const auto& component : verdict.components)
    array.push_back(json::object{{"component", word(to_string(component.component))},
                                 {"name", word(component.name)},
                                 {"address", word(component.address)},
                                 {"up", flag_or_null(component.up)},
                                 {"ready", flag_or_null(component.ready)},
                                 {"version", word(component.version)}});
  return array;
}

json::array sources_json(const StackVerdict& verdict) {
  json::array array;
  for (const auto& source : verdict.sources)
    array.push_back(json::object{{"source", word(source.source)},
                                 {"signal", word(to_string(source.signal))},
                                 {"receiver", word(source.receiver)},
                                 {"fresh", source.state == State::healthy},
                                 {"state", word(to_string(source.state))},
                                 {"last_seen", time_or_null(source.last_seen)}});
  return array;
}

json::array receivers_json(const StackVerdict& verdict) {
  json::array array;
  for (const auto& receiver : verdict.receivers)
    array.push_back(json::object{{"receiver", word(receiver.receiver)},
                                 {"signal", word(to_string(receiver.signal))},
                                 {"state", word(to_string(receiver.state))}});
  return array;
}

json::array datasources_json(const StackVerdict& verdict) {
  json::array array;
  for (const auto& datasource : verdict.datasources)
    array.push_back(json::object{{"datasource", word(datasource.datasource)},
                                 {"signal", word(to_string(datasource.signal))},
                                 {"state", word(to_string(datasource.state))}});
  return array;
}

json::array pipelines_json(const StackVerdict& verdict) {
  json::array array;
  for (const auto& pipeline : verdict.pipelines)
    array.push_back(json::object{{"alloy", word(pipeline.alloy)},
                                 {"receiver", word(pipeline.receiver)},
                                 {"signal", word(to_string(pipeline.signal))},
                                 {"through", texts(pipeline.through)},
                                 {"sends_to", word(pipeline.sends_to)},
                                 {"backend", word(to_string(pipeline.backend))}});
  return array;
}

json::array dashboards_json(const StackVerdict& verdict) {
  json::array array;
  for (const auto& dashboard : verdict.dashboards) {
    json::array panels;
    for (const auto& panel : dashboard.panels)
      panels.push_back(json::object{
          {"panel", word(panel.title)}, {"state", word(to_string(panel.state))}, {"what", word(panel.what)}});
    array.push_back(json::object{{"dashboard", word(dashboard.dashboard)},
                                 {"state", word(to_string(dashboard.state))},
                                 {"panels", std::move(panels)},
                                 {"left_out", dashboard.left_out},
                                 {"not_asked", dashboard.not_asked}});
  }
  return array;
}

json::array paths_json(const StackVerdict& verdict) {
  json::array array;
  for (const auto& path : verdict.paths) {
    json::array stages;
    for (const auto& stage : path.stages)
      stages.push_back(json::object{{"stage", word(to_string(stage.stage))}, {"state", word(to_string(stage.state))}});
    array.push_back(json::object{
        {"path", word(path.path)}, {"signal", word(to_string(path.signal))}, {"stages", std::move(stages)}});
  }
  return array;
}

json::array criteria_json(const StackVerdict& verdict) {
  json::array array;
  for (const auto& criterion : verdict.criteria)
    array.push_back(json::object{{"criterion", word(criterion.name)},
                                 {"state", word(to_string(criterion.state))},
                                 {"note", word(criterion.note)}});
  return array;
}

json::value seconds_or_null(const std::optional<Duration>& duration) {
  if (!duration) return nullptr;
  return json::value(to_seconds(*duration));
}

void add_report(json::object& object, const CanaryReport& report) {
  object["outcome"] = report.outcome ? json::value(word(to_string(*report.outcome))) : json::value(nullptr);
  object["write_seconds"] = seconds_or_null(report.write_took);
  object["visible_seconds"] = seconds_or_null(report.visible_after);
  object["acknowledged"] = report.acknowledged;
  object["log_unreadable"] = report.log_unreadable;
  object["trouble"] = word(report.trouble);
  object["evidence"] = texts(report.evidence);
}

json::array other_forms_json(const CanaryStatus& canary) {
  json::array array;
  for (const auto& [form, report] : canary.other_forms) {
    json::object object{{"form", word(to_string(form))}};
    add_report(object, report);
    array.push_back(std::move(object));
  }
  return array;
}

json::array looks_json(const CanaryStatus& canary) {
  json::array array;
  for (const auto& look : canary.looks)
    array.push_back({{"look", word(look.name)},
                     {"result", look.recent.empty() ? json::value(nullptr) : word(to_string(look.recent.front()))},
                     {"written", word(format_rfc3339(look.written))},
                     {"visible_seconds", seconds_or_null(look.visible_after)},
                     {"trouble", look.failure ? word(look.failure->what) : word("")}});
  return array;
}

json::array canaries_json(const StackVerdict& verdict) {
  json::array array;
  for (const auto& canary : verdict.canaries) {
    json::object object{{"signal", word(to_string(canary.signal))},
                        {"route", word(canary.route)},
                        {"checked", canary.checked},
                        {"state", word(to_string(canary.state))},
                        {"in_flight", canary.in_flight},
                        {"overdue", canary.overdue},
                        {"note", word(canary.note)}};
    json::array recent;
    for (const auto outcome : canary.recent) recent.push_back(word(to_string(outcome)));
    object["recent"] = std::move(recent);
    json::array latencies;
    for (const auto latency : canary.latencies) latencies.emplace_back(to_seconds(latency));
    object["recent_visible_seconds"] = std::move(latencies);
    add_report(object, canary.last.value_or(CanaryReport()));
    object["other_forms"] = other_forms_json(canary);
    object["looks"] = looks_json(canary);
    array.push_back(std::move(object));
  }
  return array;
}

json::object stack_json(const StackVerdict& verdict) {
  json::object signals;
  for (const auto& [signal, state] : verdict.signals) signals[word(to_string(signal))] = word(to_string(state));
  json::array findings;
  for (const auto& finding : verdict.findings) findings.push_back(finding_json(finding));
  return {{"name", word(verdict.name)},
          {"state", word(to_string(verdict.state))},
          {"score", json::object{{"met", criteria_met(verdict)}, {"total", verdict.criteria.size()}}},
          {"signals", std::move(signals)},
          {"components", components_json(verdict)},
          {"receivers", receivers_json(verdict)},
          {"datasources", datasources_json(verdict)},
          {"pipelines", pipelines_json(verdict)},
          {"dashboards", dashboards_json(verdict)},
          {"sources", sources_json(verdict)},
          {"canaries", canaries_json(verdict)},
          {"paths", paths_json(verdict)},
          {"criteria", criteria_json(verdict)},
          {"findings", std::move(findings)}};
}

}  // namespace

json::value status_json(const Snapshot& snapshot) {
  json::array stacks;
  for (const auto& stack : snapshot.stacks) {
    auto object = stack_json(stack->verdict);
    object["maintenance"] = maintenance_json(*stack->facts.plan, snapshot.at);
    stacks.push_back(std::move(object));
  }
  return json::object{{"at", word(format_rfc3339(snapshot.at))}, {"stacks", std::move(stacks)}};
}

json::value findings_json(const Snapshot& snapshot) {
  json::array findings;
  for (const auto& stack : snapshot.stacks) {
    for (const auto& finding : stack->verdict.findings) {
      auto object = finding_json(finding);
      object["stack"] = word(stack->verdict.name);
      findings.push_back(std::move(object));
    }
  }
  return json::object{{"findings", std::move(findings)}};
}

}  // namespace lgtmwatch
