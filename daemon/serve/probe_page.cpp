#include "daemon/serve/probe_page.hpp"

#include <fmt/format.h>

#include "daemon/base/text.hpp"
#include "daemon/base/url.hpp"
#include "daemon/serve/find_probe.hpp"
#include "daemon/serve/page_frame.hpp"

namespace lgtmwatch {
namespace {

std::string seconds_text(Duration took) {
  const auto seconds = to_seconds(took);
  return seconds < 1 ? fmt::format("{:.2f} ms", seconds * 1000) : fmt::format("{:.3f} s", seconds);
}

std::string_view class_of(bool good) { return good ? "healthy" : "broken"; }

std::string outcome_of(const PastRun& run) {
  if (run.failure) return escaped_markup(shown_text(run.failure->what));
  return run.good ? "good" : "bad news: see what was answered";
}

std::string phases_text(const PhaseDurations& phases) {
  std::string text;
  for (std::size_t i = 0; i < phases.size(); ++i)
    if (phases[i])
      text +=
          fmt::format("{}{} {}", text.empty() ? "" : " · ", to_string(static_cast<Phase>(i)), seconds_text(*phases[i]));
  return text;
}

std::string exchange_html(const Exchange& exchange) {
  const auto answer =
      exchange.error.empty() ? fmt::format("{}", exchange.status) : escaped_markup(shown_text(exchange.error));
  auto html = fmt::format("<p><code>{}</code><br><small>answer: {} after {} ({})</small></p>",
                          escaped_markup(shown_text(exchange.curl)), answer, seconds_text(exchange.took),
                          phases_text(exchange.phases));
  if (!exchange.first_bytes.empty())
    html += fmt::format("<pre>{}</pre>", escaped_markup(shown_text(exchange.first_bytes)));
  return html;
}

std::string run_html(const PastRun& run, bool is_open) {
  auto html = fmt::format("<details{}><summary><span class=\"{}\">{}</span> <small>{}, took {}</small></summary>",
                          is_open ? " open" : "", class_of(run.good), outcome_of(run), format_rfc3339(run.at),
                          seconds_text(run.took));
  if (run.failure && !run.failure->hint.empty())
    html += fmt::format("<p>{}</p>", escaped_markup(shown_text(run.failure->hint)));
  for (const auto& exchange : run.exchanges) html += exchange_html(exchange);
  if (run.left_out > 0) html += fmt::format("<p><small>and {} more that are not kept</small></p>", run.left_out);
  return html + "</details>";
}

std::string ring_html(std::string_view title, const std::vector<std::shared_ptr<const PastRun>>& ring) {
  auto html = fmt::format("<h2>{}</h2>", title);
  if (ring.empty()) return html + "<p>none</p>";
  bool is_open = true;
  for (const auto& run : ring) html += run_html(*run, std::exchange(is_open, false));
  return html;
}

std::string last_run_html(const std::shared_ptr<const RunRecord>& last) {
  return last ? run_html(past_run(*last), true) : std::string("<p class=\"unknown\">It has not run yet.</p>");
}

std::string row_of(const StackPlan& stack, const ProbeFacts& probe, WallTime now) {
  const auto id = probe_id(stack, probe);
  const auto* last = probe.last.get();
  return fmt::format("<tr><td><a href=\"{}\">{}</a></td><td>{}</td><td class=\"{}\">{}</td><td>{}</td></tr>",
                     probe_link(id), escaped_markup(probe.probe), escaped_markup(probe.target),
                     last ? class_of(last->good()) : "unknown",
                     !last ? std::string("not run yet") : outcome_of(past_run(*last)),
                     last ? format_age(now - last->at) + " ago" : "-");
}

}  // namespace

std::string probe_link(std::string_view id) {
  std::string link = "probes";
  while (true) {
    const auto slash = id.find('/');
    link += "/" + percent_encode(id.substr(0, slash));
    if (slash == std::string_view::npos) return link;
    id.remove_prefix(slash + 1);
  }
}

std::string probe_list_page(const Snapshot& snapshot, std::string_view name) {
  std::string html = "<p><small><a href=\"./\">status</a></small></p><h1>Probes</h1>";
  for (const auto& stack : snapshot.stacks) {
    const auto& plan = *stack->facts.plan;
    if (!name.empty() && plan.name != name) continue;
    html += fmt::format("<h2>{}</h2><table><tr><th>probe</th><th>target</th><th>last run</th><th>when</th></tr>",
                        escaped_markup(plan.name));
    for (const auto& probe : stack->facts.probes) html += row_of(plan, probe, snapshot.at);
    html += "</table>";
  }
  return framed_page({"lgtmwatch: probes", std::string(refreshing)}, html);
}

std::optional<std::string> probe_page(const Snapshot& snapshot, std::string_view id, std::string_view base,
                                      bool may_run) {
  const auto found = find_probe(snapshot, id);
  if (!found) return std::nullopt;
  auto html = fmt::format(
      "<p><small><a href=\"{0}\">status</a> · <a href=\"{0}probes\">all probes</a> · <a href=\"{0}api/v1/{1}\">JSON</a>"
      "</small></p><h1>{2}</h1><p>asks {3}</p>",
      base, probe_link(id), escaped_markup(id), escaped_markup(found->facts->address));
  if (may_run) html += "<form method=\"post\"><button>Run it now</button></form>";
  html += "<h2>Last run</h2>" + last_run_html(found->facts->last);
  if (found->history) html += ring_html("Failures", found->history->failures) + ring_html("Runs", found->history->runs);
  return framed_page({"lgtmwatch: " + std::string(id)}, html);
}

}  // namespace lgtmwatch
