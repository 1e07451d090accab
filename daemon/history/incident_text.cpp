#include "daemon/history/incident_text.hpp"

#include <boost/json/serialize.hpp>

#include "daemon/base/json.hpp"
#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::array all_stages{Stage::source, Stage::network, Stage::receive,   Stage::process, Stage::export_,
                                Stage::ingest, Stage::query,   Stage::visualize, Stage::alert,   Stage::watch};
constexpr std::array all_states{State::healthy, State::unknown, State::degraded, State::broken};
constexpr std::array all_severities{Severity::critical, Severity::warning, Severity::info};

// Reads one member after the other; the first that is missing or of a wrong type is the error of all of them.
class Reader {
 public:
  std::optional<Error> error;

  std::optional<JsonPath> member(const JsonPath& object, std::string_view key) { return good(object.member(key)); }

  std::string text(const JsonPath& object, std::string_view key) {
    const auto at = member(object, key);
    const auto found = at ? good(at->string()) : std::nullopt;
    return found.value_or("");
  }

  std::vector<JsonPath> elements(const JsonPath& object, std::string_view key) {
    std::vector<JsonPath> found;
    const auto at = member(object, key);
    const auto size = at ? good(at->array_size()) : std::nullopt;
    for (std::size_t i = 0; i < size.value_or(0); ++i) found.push_back(*at->element(i));
    return found;
  }

  std::vector<std::string> texts(const JsonPath& object, std::string_view key) {
    std::vector<std::string> found;
    for (const auto& each : elements(object, key)) found.push_back(good(each.string()).value_or(""));
    return found;
  }

  WallTime time(const JsonPath& object, std::string_view key) {
    return good(parse_rfc3339(text(object, key))).value_or(WallTime());
  }

  template <class Words>
  typename Words::value_type word_of(const Words& words, const std::string& text) {
    for (const auto each : words)
      if (to_string(each) == text) return each;
    fail({Phase::content, Reason::parse, "the word '" + text + "' is not known"});
    return words.front();
  }

 private:
  template <class T>
  std::optional<T> good(const Result<T>& result) {
    if (result) return *result;
    fail(result.error());
    return std::nullopt;
  }

  void fail(Error failure) {
    if (!error) error = std::move(failure);
  }
};

Finding finding_in(Reader& reader, const JsonPath& object) {
  Finding finding;
  finding.cause = reader.text(object, "cause");
  finding.subject = reader.text(object, "subject");
  finding.stage = reader.word_of(all_stages, reader.text(object, "stage"));
  for (const auto& signal : reader.texts(object, "signals"))
    finding.signals.push_back(reader.word_of(all_signals, signal));
  finding.path = reader.text(object, "path");
  finding.severity = reader.word_of(all_severities, reader.text(object, "severity"));
  finding.state = reader.word_of(all_states, reader.text(object, "state"));
  finding.since = reader.time(object, "since");
  finding.summary = reader.text(object, "summary");
  finding.evidence = reader.texts(object, "evidence");
  finding.remedy = reader.texts(object, "remedy");
  finding.alternatives = reader.texts(object, "alternatives");
  finding.consequences = reader.texts(object, "consequences");
  return finding;
}

}  // namespace

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
  Reader reader;
  if (const auto first = reader.member(root, "first")) incident.first = finding_in(reader, *first);
  if (const auto last = reader.member(root, "last")) incident.last = finding_in(reader, *last);
  for (const auto& event : reader.elements(root, "events"))
    incident.events.push_back({reader.time(event, "at"), reader.text(event, "what")});
  const auto left_out = reader.member(root, "left_out");
  const auto count = left_out ? left_out->number() : Result<double>(0.0);
  if (reader.error) return *reader.error;
  if (!count) return count.error();
  incident.left_out = static_cast<std::uint64_t>(*count);
  return {};
}

}  // namespace lgtmwatch
