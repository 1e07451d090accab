#include "daemon/serve/cause_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/replace.hpp>

#include "daemon/base/text.hpp"
#include "daemon/serve/markdown_html.hpp"
#include "daemon/serve/page_frame.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_shown_of_an_id = 80;
constexpr const char* way_back =
    "<p><small><a href=\"../\">status</a> · <a href=\"../causes\">all causes</a></small></p>";

std::string recognised_text(const Cause& cause) {
  if (!cause.is_fault()) return "looks like a fault and is none";
  switch (cause.recognised) {
    case Recognised::yes: return "lgtmwatch recognises it";
    case Recognised::alternative: return "lgtmwatch names it as an alternative of others, and cannot prove it";
    case Recognised::alert: return "an alert rule over lgtmwatch's own metrics tells of it";
    case Recognised::no: break;
  }
  return "lgtmwatch does not recognise it yet";
}

std::string signals_text(const Cause& cause) {
  std::string text;
  for (const auto signal : cause.signals) text += (text.empty() ? "" : ", ") + std::string(to_string(signal));
  return text;
}

std::string facts(const Cause& cause) {
  return fmt::format("<p><small>stage {} · {}{} · {}</small></p>", to_string(cause.stage), signals_text(cause),
                     cause.severity ? fmt::format(" · {} at its worst", to_string(*cause.severity)) : std::string(),
                     recognised_text(cause));
}

}  // namespace

std::string cause_list_page(const Catalogue& catalogue) {
  std::string html =
      "<p><small><a href=\"./\">status</a></small></p><h1>Causes</h1><p>Why telemetry does not arrive, by the stage "
      "of the path at which it stands.</p>";
  std::optional<Stage> stage;
  for (const auto& cause : catalogue.causes()) {
    if (stage != cause.stage)
      html += fmt::format("{0}<h2 id=\"{1}\">{1}</h2><table><tr><th>cause</th><th>what it means</th><th></th></tr>",
                          stage ? "</table>" : "", to_string(cause.stage));
    stage = cause.stage;
    html += fmt::format("<tr><td><a href=\"causes/{0}\">{0}</a></td><td>{1}</td><td><small>{2}</small></td></tr>",
                        cause.id, escaped_markup(cause.summary), recognised_text(cause));
  }
  return framed_page({"lgtmwatch: causes"}, html + (stage ? "</table>" : ""));
}

std::string cause_page(const Cause& cause) {
  const auto sections = cause.page.find("\n## ");
  auto text = markdown_html(cause.page.substr(std::min(sections, cause.page.size())));
  for (const auto& id : cause.neighbours)
    boost::replace_all(text, fmt::format("<li>{}:", id), fmt::format("<li><a href=\"{0}\">{0}</a>:", id));
  return framed_page({"lgtmwatch: " + cause.id},
                     fmt::format("{}<h1>{}</h1>{}{}", way_back, cause.id, facts(cause), text));
}

std::string no_cause_page(std::string_view id) {
  return framed_page(
      {"lgtmwatch: no such cause"},
      fmt::format("{}<h1>No such cause</h1><p>The run book of this version has no page of <code>{}</code>; "
                  "<a href=\"../causes\">these it has</a>.</p>",
                  way_back, escaped_markup(shown_text(id, most_shown_of_an_id))));
}

}  // namespace lgtmwatch
