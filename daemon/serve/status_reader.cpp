#include "daemon/serve/status_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr double highest_count = 10'000;
constexpr double longest_seconds = 1e7;
constexpr std::size_t longest_name = 120;
constexpr std::size_t longest_text = 2000;
constexpr std::size_t most_texts = 16;
constexpr std::size_t named_at_most = 12;

Error unfit(std::string what) { return {Phase::content, Reason::mismatch, std::move(what)}; }

Error not_of_this_version(const Error& error) {
  return unfit(fmt::format("the daemon tells it otherwise than this version of lgtmwatch does: {}", error.what));
}

// Reads one member after the other; the first that is missing or of a wrong type is the error of all of them.
class Members {
 public:
  explicit Members(JsonPath object) : object_(std::move(object)) {}

  const std::optional<Error>& error() const { return error_; }

  std::string text(std::string_view key) {
    const auto at = member(key);
    return at ? text_of(*at) : std::string();
  }

  bool flag(std::string_view key) {
    const auto at = member(key);
    if (at && !at->value().is_bool()) fail(unfit(fmt::format("{}: expected a boolean", at->path())));
    return at && at->value().is_bool() && at->value().get_bool();
  }

  std::size_t count(std::string_view key) {
    const auto at = member(key);
    return at ? static_cast<std::size_t>(number_of(*at, highest_count)) : 0;
  }

  std::optional<Duration> seconds(std::string_view key) {
    const auto at = member(key);
    if (!at || at->value().is_null()) return std::nullopt;
    const std::chrono::duration<double> seconds(number_of(*at, longest_seconds));
    return std::chrono::duration_cast<Duration>(seconds);
  }

  std::optional<CanaryOutcome> outcome(std::string_view key) {
    const auto at = member(key);
    if (!at || at->value().is_null()) return std::nullopt;
    return outcome_of(*at);
  }

  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> found;
    for (const auto& each : elements(key)) found.push_back(text_of(each));
    return found;
  }

  std::vector<CanaryOutcome> outcomes(std::string_view key) {
    std::vector<CanaryOutcome> found;
    for (const auto& each : elements(key))
      if (const auto outcome = outcome_of(each)) found.push_back(*outcome);
    return found;
  }

 private:
  template <class T>
  const T* good(const Result<T>& result) {
    if (result) return &*result;
    fail(result.error());
    return nullptr;
  }

  void fail(const Error& error) {
    if (!error_) error_ = error;
  }

  std::optional<JsonPath> member(std::string_view key) {
    const auto found = object_.member(key);
    const auto* at = good(found);
    return at ? std::optional(*at) : std::nullopt;
  }

  std::vector<JsonPath> elements(std::string_view key) {
    std::vector<JsonPath> found;
    const auto at = member(key);
    if (!at) return found;
    const auto length = at->array_size();
    const auto* size = good(length);
    for (std::size_t i = 0; size && i < std::min(*size, most_texts); ++i) found.push_back(*at->element(i));
    return found;
  }

  std::string text_of(const JsonPath& at) {
    const auto text = at.string();
    const auto* found = good(text);
    return found ? shown_text(*found, longest_text) : std::string();
  }

  double number_of(const JsonPath& at, double highest) {
    const auto number = at.number();
    const auto* found = good(number);
    if (!found) return 0;
    if (*found >= 0 && *found <= highest) return *found;
    fail(unfit(fmt::format("{}: {} is out of range", at.path(), *found)));
    return 0;
  }

  std::optional<CanaryOutcome> outcome_of(const JsonPath& at) {
    const auto name = text_of(at);
    for (const auto outcome : all_canary_outcomes)
      if (to_string(outcome) == name) return outcome;
    fail(unfit(fmt::format("{}: '{}' is no outcome", at.path(), shown_text(name, longest_name))));
    return std::nullopt;
  }

  JsonPath object_;
  std::optional<Error> error_;
};

// "a, b, c", cut where there are too many.
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < named_at_most; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > named_at_most) text += fmt::format(" and {} more", names.size() - named_at_most);
  return names.empty() ? "none" : text;
}

// The element of the list that `fits`; where none does, nothing, and their names.
template <class NameOf>
Result<JsonPath> find_in(const Result<JsonPath>& list, const std::string& wanted, const std::string& what,
                         NameOf name_of) {
  if (!list) return not_of_this_version(list.error());
  const auto size = list->array_size();
  if (!size) return not_of_this_version(size.error());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < *size; ++i) {
    const auto element = list->element(i);
    const auto name = name_of(Members(*element));
    if (name == wanted) return *element;
    names.push_back(shown_text(name, longest_name));
  }
  return unfit(fmt::format("{}; it has: {}", what, listed(names)));
}

Result<JsonPath> find_route(const boost::json::value& status, const std::string& stack, const CanaryRoutePlan& route) {
  const auto of_stack =
      find_in(JsonPath(status).member("stacks"), stack, fmt::format("the daemon watches no stack '{}'", stack),
              [](Members members) { return members.text("name"); });
  if (!of_stack) return of_stack.error();
  return find_in(of_stack->member("canaries"), fmt::format("{}/{}", route.route, to_string(route.signal)),
                 fmt::format("the daemon has no route {} for {} in its stack '{}', so its configuration is another one",
                             route.route, to_string(route.signal), stack),
                 [](Members members) { return members.text("route") + "/" + members.text("signal"); });
}

CanaryReport report_in(Members& members) {
  CanaryReport report;
  report.outcome = members.outcome("outcome");
  report.write_took = members.seconds("write_seconds");
  report.visible_after = members.seconds("visible_seconds");
  report.seen = report.visible_after.has_value();
  report.acknowledged = members.flag("acknowledged");
  report.log_unreadable = members.flag("log_unreadable");
  report.trouble = members.text("trouble");
  report.evidence = members.texts("evidence");
  return report;
}

}  // namespace

Result<boost::json::value> parse_status(std::string_view body) {
  auto status = parse_json(body);
  if (!status) return status.error();
  const auto stacks = JsonPath(*status).member("stacks");
  const auto size = stacks ? stacks->array_size() : Result<std::size_t>(stacks.error());
  if (!size) return unfit(fmt::format("the answer is no status of an lgtmwatch: {}", size.error().what));
  return status;
}

Result<CanaryRouteFacts> read_daemon_canaries(const boost::json::value& status, const std::string& stack,
                                              std::shared_ptr<const CanaryRoutePlan> route) {
  const auto found = find_route(status, stack, *route);
  if (!found) return found.error();
  Members members(*found);
  CanaryRouteFacts facts;
  const bool checked = members.flag("checked");
  const auto note = members.text("note");
  const auto overdue = members.count("overdue");
  facts.tally.written = members.count("in_flight");
  facts.recent = members.outcomes("recent");
  facts.last = report_in(members);
  if (members.error()) return not_of_this_version(*members.error());
  if (!checked) return unfit(fmt::format("the daemon does not check it either ({})", note));
  if (facts.recent.empty() && overdue == 0)
    return unfit(fmt::format("the daemon has no settled canary of it yet ({} in flight)", facts.tally.written));
  // One that was seen waits for its second look only.
  if (!facts.last->outcome && facts.last->seen && !facts.recent.empty()) facts.last->outcome = facts.recent.front();
  facts.unseen.assign(overdue, WallTime());  // so long ago that they are overdue here too
  facts.plan = std::move(route);
  return facts;
}

}  // namespace lgtmwatch
