#include "daemon/serve/stack_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/text.hpp"
#include "daemon/base/url.hpp"
#include "daemon/serve/history_view.hpp"
#include "daemon/serve/maintenance_view.hpp"
#include "daemon/serve/sparkline.hpp"

namespace lgtmwatch {
namespace {

std::string state_cell(State state) { return fmt::format("<td class=\"{0}\">{0}</td>", to_string(state)); }

std::string answer_of(const ComponentStatus& component) {
  if (!component.up) return "<td class=\"unknown\">not asked yet</td>";
  if (!*component.up) return "<td class=\"broken\">does not answer</td>";
  if (!component.ready) return "<td class=\"unknown\">readiness unknown</td>";
  return *component.ready ? "<td class=\"healthy\">ready</td>" : "<td class=\"degraded\">not ready</td>";
}

std::string list_of(std::string_view title, const std::vector<std::string>& lines, bool code) {
  if (lines.empty()) return {};
  std::string html = fmt::format("<small><b>{}</b></small><ul>", title);
  for (const auto& line : lines)
    html += code ? fmt::format("<li><code>{}</code></li>", escaped_markup(line))
                 : fmt::format("<li>{}</li>", escaped_markup(line));
  return html + "</ul>";
}

std::string finding_block(const Finding& finding) {
  return fmt::format(
             "<div class=\"finding {}\"><b>{}</b><br><small><a href=\"causes/{}\">{}</a> at stage {}, since {}"
             "</small><br>",
             to_string(finding.severity), escaped_markup(finding.summary), percent_encode(finding.cause),
             escaped_markup(finding.cause), to_string(finding.stage), format_rfc3339(finding.since)) +
         list_of("what to do", finding.remedy, false) + list_of("what follows from it", finding.consequences, false) +
         list_of("could also be", finding.alternatives, false) + list_of("evidence", finding.evidence, true) + "</div>";
}

std::string signals_table(const StackVerdict& verdict) {
  std::string html = "<table><tr><th>signal</th><th>state</th></tr>";
  for (const auto& [signal, state] : verdict.signals)
    html += fmt::format("<tr><td>{}</td>{}</tr>", to_string(signal), state_cell(state));
  return html + "</table>";
}

std::string components_table(const StackVerdict& verdict) {
  std::string html =
      "<h3>Components</h3><table><tr><th>component</th><th>address</th><th>answer</th><th>version</th></tr>";
  for (const auto& component : verdict.components)
    html += fmt::format("<tr><td>{} {}</td><td>{}</td>{}<td>{}</td></tr>", display_name(component.component),
                        component.component == Component::alloy ? escaped_markup(component.name) : "",
                        escaped_markup(component.address), answer_of(component), escaped_markup(component.version));
  return html + "</table>";
}

std::string sources_table(const StackVerdict& verdict, WallTime now) {
  if (verdict.sources.empty()) return {};
  std::string html =
      "<h3>Sources</h3><table><tr><th>source</th><th>signal</th><th>receiver</th><th>state</th><th>newest "
      "record</th></tr>";
  for (const auto& source : verdict.sources)
    html += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td>{}<td>{} (max {})</td></tr>", escaped_markup(source.source),
        to_string(source.signal), escaped_markup(source.receiver), state_cell(source.state),
        source.last_seen ? format_age(now - *source.last_seen) + " ago" : "never seen", format_age(source.max_age));
  return html + "</table>";
}

std::string receivers_table(const StackVerdict& verdict) {
  if (verdict.receivers.empty()) return {};
  std::string html = "<h3>Receivers</h3><table><tr><th>receiver</th><th>signal</th><th>state</th></tr>";
  for (const auto& receiver : verdict.receivers)
    html += fmt::format("<tr><td>{}</td><td>{}</td>{}</tr>", escaped_markup(receiver.receiver),
                        to_string(receiver.signal), state_cell(receiver.state));
  return html + "</table>";
}

std::string datasources_table(const StackVerdict& verdict) {
  if (verdict.datasources.empty()) return {};
  std::string html = "<h3>Datasources of Grafana</h3><table><tr><th>datasource</th><th>signal</th><th>state</th></tr>";
  for (const auto& datasource : verdict.datasources)
    html += fmt::format("<tr><td>{}</td><td>{}</td>{}</tr>", escaped_markup(datasource.datasource),
                        to_string(datasource.signal), state_cell(datasource.state));
  return html + "</table>";
}

std::string counted(std::size_t count, std::string_view what) {
  return count == 0 ? std::string() : fmt::format("{} {}<br>", count, what);
}

// How many show data; those that do not by their titles, with the reason.
std::string panels_cell(const DashboardStatus& dashboard) {
  std::size_t with_data = 0;
  std::string others;
  for (const auto& panel : dashboard.panels) {
    if (panel.state == PanelState::data) ++with_data;
    if (panel.state != PanelState::data)
      others += fmt::format("{}: {} <small>{}</small><br>", escaped_markup(panel.title), to_string(panel.state),
                            escaped_markup(panel.what));
  }
  return fmt::format("<td>{}{}{}{}</td>", counted(with_data, "with data"), others,
                     counted(dashboard.not_asked, "not asked"), counted(dashboard.left_out, "cannot be asked"));
}

std::string dashboards_table(const StackVerdict& verdict) {
  if (verdict.dashboards.empty()) return {};
  std::string html = "<h3>Dashboards</h3><table><tr><th>dashboard</th><th>state</th><th>panels</th></tr>";
  for (const auto& dashboard : verdict.dashboards)
    html += fmt::format("<tr><td>{}</td>{}{}</tr>", escaped_markup(dashboard.dashboard), state_cell(dashboard.state),
                        panels_cell(dashboard));
  return html + "</table>";
}

std::string looks_cell(const CanaryStatus& canary) {
  std::string html;
  for (const auto& look : canary.looks)
    if (!look.recent.empty())
      html +=
          fmt::format("{}{}: {}", html.empty() ? "" : ", ", escaped_markup(look.name), to_string(look.recent.front()));
  return fmt::format("<td>{}</td>", html.empty() ? "-" : html);
}

std::string canary_row(const CanaryStatus& canary) {
  const auto after = canary.last ? canary.last->visible_after : std::nullopt;
  const auto unchecked = fmt::format("<td>not checked <small>{}</small></td>", escaped_markup(canary.note));
  return fmt::format("<tr><td>{}</td><td>{}</td>{}<td>{}</td><td>{}</td>{}</tr>", escaped_markup(canary.route),
                     to_string(canary.signal), canary.checked ? state_cell(canary.state) : unchecked,
                     after ? fmt::format("{:.3f} s", to_seconds(*after)) : std::string("-"),
                     sparkline(canary.latencies), looks_cell(canary));
}

std::string canaries_table(const StackVerdict& verdict) {
  if (verdict.canaries.empty()) return {};
  std::string html =
      "<h3>Canaries</h3><table><tr><th>route</th><th>signal</th><th>state</th><th>visible after</th>"
      "<th>the last ones</th><th>looked at again</th></tr>";
  for (const auto& canary : verdict.canaries) html += canary_row(canary);
  return html + "</table>";
}

// A chain of stages, in the order in which telemetry goes.
std::string path_html(const PathVerdict& path) {
  auto html = fmt::format("<p class=\"path\">{} <small>{}</small></p><ol class=\"chain\">", escaped_markup(path.path),
                          to_string(path.signal));
  for (const auto& stage : path.stages)
    html += fmt::format("<li class=\"{0}\" title=\"{1}: {0}\">{1}<span> {0}</span></li>", to_string(stage.state),
                        to_string(stage.stage));
  return html + "</ol>";
}

bool is_healthy_canary(const PathVerdict& path) {
  return path.path.starts_with("canary/") &&
         std::all_of(path.stages.begin(), path.stages.end(),
                     [](const StageState& stage) { return stage.state == State::healthy; });
}

// Those of healthy canaries are folded: they are many, and tell nothing.
std::string paths_list(const StackVerdict& verdict) {
  if (verdict.paths.empty()) return {};
  std::string shown;
  std::string folded;
  std::size_t count = 0;
  for (const auto& path : verdict.paths) {
    const bool is_folded = is_healthy_canary(path);
    (is_folded ? folded : shown) += path_html(path);
    count += is_folded ? 1 : 0;
  }
  if (count > 0) folded = fmt::format("<details><summary>{} healthy of canaries</summary>{}</details>", count, folded);
  return "<h3>Paths</h3>" + shown + folded;
}

std::string history_sections(const History* history, const std::string& stack, WallTime now) {
  if (!history) return {};
  return availability_html(history->availability, stack) + incidents_html(history->incidents, stack, now);
}

}  // namespace

std::string stack_link(std::string_view name) { return "stacks/" + percent_encode(name); }

std::string score_text(const StackVerdict& verdict) {
  return fmt::format("{} of {} criteria met", criteria_met(verdict), verdict.criteria.size());
}

std::string stack_html(const StackSnapshot& stack, WallTime now, const History* history) {
  const auto& verdict = stack.verdict;
  auto html = fmt::format("<h2><a href=\"{0}\">{1}</a>: <span class=\"{2}\">{2}</span> <small>{3}</small></h2>",
                          stack_link(verdict.name), escaped_markup(verdict.name), to_string(verdict.state),
                          score_text(verdict));
  html += maintenance_html(*stack.facts.plan, now);
  for (const auto& finding : verdict.findings) html += finding_block(finding);
  return html + signals_table(verdict) + history_sections(history, verdict.name, now) + paths_list(verdict) +
         components_table(verdict) + sources_table(verdict, now) + receivers_table(verdict) + canaries_table(verdict) +
         datasources_table(verdict) + dashboards_table(verdict);
}

}  // namespace lgtmwatch
