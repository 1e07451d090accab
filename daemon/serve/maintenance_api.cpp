#include "daemon/serve/maintenance_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/algorithm/string/join.hpp>
#include <boost/json/array.hpp>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "daemon/status/finding_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr Duration longest = std::chrono::hours(24 * 30);
constexpr Duration furthest = std::chrono::hours(24 * 366);
constexpr std::size_t longest_comment = 500;
constexpr std::array keys{"stacks", "signals", "start", "end", "canaries", "comment"};

Error fault(const std::string& what, const std::string& hint) { return {Phase::content, Reason::parse, what, hint}; }

Result<std::vector<std::string>> names_of(const JsonPath& body, const char* key) {
  std::vector<std::string> names;
  if (!body.find(key)) return names;
  const auto array = body.member(key);
  const auto size = array->array_size();
  if (!size) return size.error();
  for (std::size_t i = 0; i < *size; ++i) {
    const auto name = array->element(i)->string();
    if (!name) return name.error();
    if (std::find(names.begin(), names.end(), *name) == names.end()) names.push_back(*name);
  }
  return names;
}

Result<std::vector<std::string>> stacks_of(const JsonPath& body, const Snapshot& snapshot) {
  auto names = names_of(body, "stacks");
  if (!names) return names.error();
  std::vector<std::string> known;
  for (const auto& stack : snapshot.stacks) known.push_back(stack->facts.plan->name);
  for (const auto& name : *names)
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fault(
          fmt::format("stacks: there is no stack '{}'", shown_text(name, 100)),
          known.size() > 20 ? "GET /api/v1/status lists them" : "there are: " + boost::algorithm::join(known, ", "));
  return names;
}

Result<std::vector<Signal>> signals_of(const JsonPath& body) {
  const auto names = names_of(body, "signals");
  if (!names) return names.error();
  std::vector<Signal> signals;
  for (const auto signal : all_signals)
    if (names->empty() || std::find(names->begin(), names->end(), to_string(signal)) != names->end())
      signals.push_back(signal);
  if (signals.size() < names->size())
    return fault("signals: one of them is no signal", "there are: metrics, logs, traces");
  return signals;
}

Result<WallTime> time_of(const JsonPath& body, const char* key) {
  const auto text = body.member(key)->string();
  if (!text) return text.error();
  const auto time = parse_rfc3339(*text);
  if (time) return *time;
  return fault(fmt::format("{}: '{}' is no time", key, shown_text(*text, 40)),
               "write it as RFC 3339 has it: 2026-12-01T01:00:00Z");
}

Result<void> take_times(const JsonPath& body, WallTime now, MaintenanceWindow& window) {
  if (!body.find("end"))
    return fault("end: it is needed", "give the time at which the window is over, such as 2026-12-01T02:00:00Z");
  const auto end = time_of(body, "end");
  if (!end) return end.error();
  const auto start = body.find("start") ? time_of(body, "start") : Result<WallTime>(now);
  if (!start) return start.error();
  window.start = std::chrono::floor<std::chrono::seconds>(*start);
  window.end = *end;
  if (window.end <= window.start)
    return fault(fmt::format("end: {} is not later than the start, {}", format_rfc3339(window.end),
                             format_rfc3339(window.start)),
                 "a window ends after it has begun");
  if (window.end <= now)
    return fault(fmt::format("end: {} is over", format_rfc3339(window.end)),
                 "it is " + format_rfc3339(now) + " by the clock of lgtmwatch");
  if (window.end - window.start > longest)
    return fault("end: it is more than 30 days after the start", "announce a longer one in the configuration");
  if (window.start - now > furthest) return fault("start: it is more than a year away", "announce it later");
  return {};
}

Result<bool> pauses_canaries(const JsonPath& body) {
  if (!body.find("canaries")) return false;
  const auto word = body.member("canaries")->string();
  if (!word) return word.error();
  if (*word == "pause") return true;
  if (*word == "write") return false;
  return fault(fmt::format("canaries: '{}' is unknown", shown_text(*word, 40)), "pause or write");
}

Result<std::string> comment_of(const JsonPath& body) {
  if (!body.find("comment")) return std::string();
  const auto text = body.member("comment")->string();
  if (!text) return text.error();
  if (text->size() > longest_comment) return fault("comment: it is too long", "500 bytes are taken");
  return shown_text(*text);
}

Result<void> check_keys(const JsonPath& body) {
  if (!body.value().is_object()) return fault("the body is no JSON object", R"(send {"end":"2026-12-01T02:00:00Z"})");
  for (const auto& member : body.value().get_object()) {
    const std::string key(member.key());
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      return fault(fmt::format("{}: unknown key", shown_text(key, 40)),
                   "there are: stacks, signals, start, end, canaries, comment");
  }
  return {};
}

}  // namespace

Result<AnnouncedWindow> parse_window(std::string_view text, const Snapshot& snapshot, WallTime now) {
  const auto document = parse_json(text);
  if (!document) return document.error();
  const JsonPath body(*document);
  const auto keys_are_known = check_keys(body);
  if (!keys_are_known) return keys_are_known.error();
  auto stacks = stacks_of(body, snapshot);
  if (!stacks) return stacks.error();
  auto signals = signals_of(body);
  if (!signals) return signals.error();
  const auto pauses = pauses_canaries(body);
  if (!pauses) return pauses.error();
  auto comment = comment_of(body);
  if (!comment) return comment.error();
  AnnouncedWindow announced;
  announced.stacks = std::move(*stacks);
  announced.window.signals = std::move(*signals);
  announced.window.pauses_canaries = *pauses;
  announced.comment = std::move(*comment);
  const auto times = take_times(body, now, announced.window);
  if (!times) return times.error();
  return announced;
}

json::object window_json(const AnnouncedWindow& announced, WallTime now) {
  const auto& window = announced.window;
  json::array signals;
  for (const auto signal : window.signals) signals.push_back(word(to_string(signal)));
  const bool is_configured = announced.id.empty();
  return {{"id", is_configured ? json::value(nullptr) : json::value(word(announced.id))},
          {"from", is_configured ? "configuration" : "api"},
          {"stacks", texts(announced.stacks)},
          {"signals", std::move(signals)},
          {"start", word(format_rfc3339(window.start))},
          {"end", word(format_rfc3339(window.end))},
          {"canaries", window.pauses_canaries ? "pause" : "write"},
          {"comment", word(announced.comment)},
          {"active", window.is_active(now)}};
}

json::object windows_json(const std::vector<AnnouncedWindow>& windows, WallTime now) {
  json::array array;
  for (const auto& announced : windows) array.push_back(window_json(announced, now));
  return {{"windows", std::move(array)}};
}

}  // namespace lgtmwatch
