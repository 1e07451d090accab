#include "daemon/status/finding_json.hpp"

#include <array>
#include <boost/json/array.hpp>

#include "daemon/base/text.hpp"

namespace lgtmwatch {

namespace json = boost::json;

namespace {

constexpr std::array all_stages{Stage::source, Stage::network, Stage::receive,   Stage::process, Stage::export_,
                                Stage::ingest, Stage::query,   Stage::visualize, Stage::alert,   Stage::watch};
constexpr std::array all_states{State::healthy, State::unknown, State::degraded, State::broken};
constexpr std::array all_severities{Severity::critical, Severity::warning, Severity::info};

constexpr std::size_t most_lines = 16;
constexpr std::size_t longest_line = 1000;

void shorten(std::string& text) {
  if (text.size() > longest_line) text = shown_text(text, longest_line) + "…";
}

void shorten(std::vector<std::string>& lines) {
  if (lines.size() > most_lines) lines.resize(most_lines);
  for (auto& line : lines) shorten(line);
}

}  // namespace

json::string word(std::string_view text) { return json::string(text.data(), text.size()); }

json::array texts(const std::vector<std::string>& lines) {
  json::array array;
  for (const auto& line : lines) array.push_back(word(line));
  return array;
}

json::object finding_json(const Finding& finding) {
  const auto signal = finding.signal();
  json::array signals;
  for (const auto each : finding.signals) signals.push_back(word(to_string(each)));
  return {{"id", word(finding.id())},
          {"cause", word(finding.cause)},
          {"subject", word(finding.subject)},
          {"stage", word(to_string(finding.stage))},
          {"signal", word(signal ? to_string(*signal) : "")},
          {"signals", std::move(signals)},
          {"path", word(finding.path)},
          {"severity", word(to_string(finding.severity))},
          {"state", word(to_string(finding.state))},
          {"since", word(format_rfc3339(finding.since))},
          {"summary", word(finding.summary)},
          {"evidence", texts(finding.evidence)},
          {"remedy", texts(finding.remedy)},
          {"alternatives", texts(finding.alternatives)},
          {"consequences", texts(finding.consequences)}};
}

Finding finding_in(JsonFields& fields, const JsonPath& object) {
  Finding finding;
  finding.cause = fields.text(object, "cause");
  finding.subject = fields.text(object, "subject");
  finding.stage = fields.word_of(all_stages, fields.text(object, "stage"));
  for (const auto& signal : fields.texts(object, "signals"))
    finding.signals.push_back(fields.word_of(all_signals, signal));
  finding.path = fields.text(object, "path");
  finding.severity = fields.word_of(all_severities, fields.text(object, "severity"));
  finding.state = fields.word_of(all_states, fields.text(object, "state"));
  finding.since = fields.time(object, "since");
  finding.summary = fields.text(object, "summary");
  finding.evidence = fields.texts(object, "evidence");
  finding.remedy = fields.texts(object, "remedy");
  finding.alternatives = fields.texts(object, "alternatives");
  finding.consequences = fields.texts(object, "consequences");
  return finding;
}

Finding kept_finding(Finding finding) {
  shorten(finding.summary);
  for (auto* lines : {&finding.evidence, &finding.remedy, &finding.alternatives, &finding.consequences})
    shorten(*lines);
  finding.targets.clear();
  return finding;
}

}  // namespace lgtmwatch
