#include "probes/tempo/tempo_newest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "daemon/base/json.hpp"
#include "probes/newest.hpp"
#include "probes/numbers.hpp"
#include "probes/tempo/tempo_answers.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr Duration narrowest_window = seconds(60);

class TempoNewestProbe final : public Probe {
 public:
  TempoNewestProbe(ProbePlan plan, const Expectation& expectation)
      : Probe(std::move(plan)),
        query_(percent_encode(expectation.selector + " with (most_recent=true)")),
        windows_(tempo_windows(expectation.max_age)),
        max_age_(expectation.max_age) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    bool is_stale = false;  // what is older is asked for display only
    for (const auto window : windows_) {
      auto newest = co_await ask(asker, window);
      if (!newest && is_stale) co_return NewestRecord{std::nullopt, max_age_};
      if (!newest) co_return newest.error();
      if (*newest) co_return NewestRecord{*newest, window};
      is_stale = window >= max_age_;
    }
    co_return NewestRecord{std::nullopt, windows_.back()};
  }

 private:
  boost::asio::awaitable<Result<std::optional<WallTime>>> ask(Asker& asker, Duration window) const {
    const auto end = duration_cast<seconds>(asker.now().time_since_epoch());
    HttpRequest request(fmt::format("/api/search?q={}&limit=1&spss=1&start={}&end={}", query_,
                                    (end - duration_cast<seconds>(window)).count(), end.count()));
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    co_return parse_tempo_newest(response->body);
  }

  std::string query_;
  std::vector<Duration> windows_;
  Duration max_age_;
};

}  // namespace

namespace {

// A trace may last; what counts is that it still brought spans. A duration below a millisecond is left out.
Result<WallTime> end_of(const JsonPath& trace) {
  const auto stamp = trace.member("startTimeUnixNano");
  if (!stamp) return stamp.error();
  const auto start = unix_nanoseconds(*stamp);
  const auto duration = trace.member("durationMs");
  if (!start || !duration) return start;
  const auto milliseconds = duration->number();
  if (!milliseconds) return milliseconds.error();
  constexpr double longest = 1e12;
  const bool sane = *milliseconds >= 0 && *milliseconds < longest;
  return sane ? *start + std::chrono::milliseconds(static_cast<std::int64_t>(*milliseconds)) : *start;
}

}  // namespace

Result<std::optional<WallTime>> parse_tempo_newest(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const JsonPath root(*document);
  std::optional<WallTime> newest;
  const auto listed = tempo_list(root, "traces");
  if (!listed) return listed.error();
  const auto& traces = *listed;
  if (!traces) return newest;
  const auto count = traces->array_size();
  if (!count) return count.error();
  for (std::size_t i = 0; i < *count; ++i) {
    const auto time = end_of(*traces->element(i));
    if (!time) return time.error();
    if (!newest || *time > *newest) newest = *time;
  }
  return newest;
}

std::vector<Duration> tempo_windows(Duration max_age) {
  std::vector<Duration> windows{std::max(narrowest_window, max_age / 4)};
  for (const auto wider : {max_age, newest_window(max_age)})
    if (wider > windows.back()) windows.push_back(wider);
  return windows;
}

Probes make_tempo_newest(const StackPlan& stack) {
  Probes probes;
  for (const auto& expectation : stack.expectations) {
    if (expectation.signal != Signal::traces || !stack.tempo) continue;
    auto plan = plan_for(stack, "tempo_newest", target_of(expectation), Component::tempo, *stack.tempo);
    probes.push_back(std::make_unique<TempoNewestProbe>(std::move(plan), expectation));
  }
  return probes;
}

}  // namespace lgtmwatch
