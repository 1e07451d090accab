#include "sandbox/changes.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

#include "sandbox/answers.hpp"

namespace lgtmwatch::sandbox {
namespace {

constexpr Duration waits_after_ready = std::chrono::seconds(16);

struct Line {
  std::string_view series;
  std::string_view value;

  std::string_view family() const { return series.substr(0, series.find('{')); }
};

void for_each_line(std::string_view body, const std::function<void(const Line&)>& visit) {
  while (!body.empty()) {
    const auto text = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(text.size() + 1, body.size()));
    const auto space = text.rfind(' ');
    if (space != std::string_view::npos) visit({text.substr(0, space), text.substr(space + 1)});
  }
}

double number(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_counter(std::string_view family) {
  constexpr std::array ends{"_total", "_count", "_sum", "_bucket", "_spans"};  // tempo_receiver_accepted_spans
  return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return family.ends_with(end); });
}

bool concerns(const ChangedFigure& change, const Line& line) {
  if (change.series.ends_with('*'))
    return starts_with(line.series, std::string_view(change.series).substr(0, change.series.size() - 1));
  return change.series == line.series || change.series == line.family();
}

std::string renamed(const ChangedFigure& change, std::string_view series) {
  const bool many = change.series.ends_with('*');
  const auto old = many ? change.series.size() - 1 : series.substr(0, series.find('{')).size();
  const auto name = many ? change.name.substr(0, change.name.size() - 1) : change.name;
  return name + std::string(series.substr(old));
}

// The body with one change; a series that is set or grows and was not there is there now.
std::string apply(const ChangedFigure& change, Duration on_for, std::string_view body) {
  using Kind = ChangedFigure::Kind;
  const auto growth = change.value * std::chrono::duration<double>(on_for).count();
  std::string out;
  bool found = false;
  for_each_line(body, [&](const Line& line) {
    const bool hit = concerns(change, line);
    found |= hit;
    if (!hit) out += fmt::format("{} {}\n", line.series, line.value);
    if (hit && change.kind == Kind::set) out += fmt::format("{} {}\n", line.series, change.value);
    if (hit && change.kind == Kind::grow) out += fmt::format("{} {}\n", line.series, number(line.value) + growth);
    if (hit && change.kind == Kind::rename) out += fmt::format("{} {}\n", renamed(change, line.series), line.value);
  });
  if (!found && change.kind == Kind::set) out += fmt::format("{} {}\n", change.series, change.value);
  if (!found && change.kind == Kind::grow) out += fmt::format("{} {}\n", change.series, growth);
  return out;
}

const ChangedAnswer* change_for(const DataFault& fault, const std::string& door, const ServerRequest& request,
                                bool whole) {
  for (const auto& answer : fault.answers) {
    const bool same_path = answer.is_prefix ? starts_with(request.path(), answer.path) : request.path() == answer.path;
    const bool same_method = answer.method.empty() || answer.method == request.method;
    if (answer.door == door && same_path && same_method && answer.is_whole() == whole) return &answer;
  }
  return nullptr;
}

}  // namespace

ServerResponse Changes::answer(const std::string& door, const ServerRequest& request, const Answer& component) const {
  auto response = changed(door, request, component);
  auto time = clock_.wall();
  for (const auto& [text, fault] : faults_.active())
    if (fault.data && fault.data->clocks.contains(door)) time += fault.data->clocks.at(door);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  response.headers.emplace_back("Date", fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(seconds)));
  return response;
}

ServerResponse Changes::changed(const std::string& door, const ServerRequest& request, const Answer& component) const {
  for (const auto& [text, fault] : faults_.active()) {
    const auto* whole = fault.data ? change_for(*fault.data, door, request, true) : nullptr;
    if (!whole) continue;
    ServerResponse made(whole->status.value_or(200), whole->content_type, whole->body.value_or(""));
    made.headers = whole->headers;
    return made;
  }
  const auto* life = life_of(door);
  const bool starts = life && clock_.wall() - life->since < waits_after_ready && (door == "loki" || door == "mimir");
  if (starts && request.path() == "/ready") return text(503, "Ingester not ready: waiting for 15s after being ready\n");
  auto response = component(request);
  if (request.path() == "/metrics" && response.status == 200)
    response.body = with_figures(door, std::move(response.body));
  for (const auto& [text, fault] : faults_.active()) {
    const auto* part = fault.data ? change_for(*fault.data, door, request, false) : nullptr;
    if (!part) continue;
    response.headers.insert(response.headers.end(), part->headers.begin(), part->headers.end());
    for (const auto& [what, by] : part->replaced) response.body = replace_all(std::move(response.body), what, by);
  }
  return response;
}

const Changes::Life* Changes::life_of(const std::string& door) const {
  const auto found = lives_.find(door);
  return found == lives_.end() ? nullptr : &found->second;
}

std::string Changes::with_figures(const std::string& door, std::string body) const {
  if (const auto* life = life_of(door)) {
    std::string out;
    for_each_line(body, [&](const Line& line) {
      const auto before = life->before.find(std::string(line.series));
      const auto count = before == life->before.end() ? number(line.value) : number(line.value) - before->second;
      const bool not_yet = before != life->before.end() && before->second > 0 && count <= 0;
      if (line.family().ends_with("process_start_time_seconds"))
        out += fmt::format("{} {}\n", line.series, unix_seconds(life->since));
      else if (!is_counter(line.family()))
        out += fmt::format("{} {}\n", line.series, line.value);
      else if (!not_yet || line.family() == line.series)  // labelled ones come with their first event
        out += fmt::format("{} {}\n", line.series, std::max(count, 0.0));
    });
    body = std::move(out);
  }
  for (const auto& [text, fault] : faults_.active())
    for (const auto& change : fault.data ? fault.data->metrics : std::vector<ChangedFigure>())
      if (change.door == door) body = apply(change, clock_.wall() - fault.since, body);
  return body;
}

void Changes::restart(const std::string& door, std::string_view metrics) {
  Life life;
  life.since = clock_.wall();
  for_each_line(metrics, [&](const Line& line) {
    if (is_counter(line.family())) life.before[std::string(line.series)] = number(line.value);
  });
  lives_[door] = std::move(life);
}

}  // namespace lgtmwatch::sandbox
