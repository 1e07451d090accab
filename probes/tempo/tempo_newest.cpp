#include "probes/tempo/tempo_newest.hpp"

#include <fmt/format.h>

#include "daemon/base/json.hpp"
#include "probes/newest.hpp"
#include "probes/numbers.hpp"
#include "probes/tempo/tempo_answers.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

class TempoNewestProbe final : public Probe {
 public:
  TempoNewestProbe(ProbePlan plan, const Expectation& expectation)
      : Probe(std::move(plan)),
        query_(percent_encode(expectation.selector + " with (most_recent=true)")),
        window_(newest_window(expectation.max_age)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    const auto end = duration_cast<seconds>(asker.now().time_since_epoch());
    HttpRequest request(fmt::format("/api/search?q={}&limit=1&spss=1&start={}&end={}", query_,
                                    (end - duration_cast<seconds>(window_)).count(), end.count()));
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    auto newest = parse_tempo_newest(response->body);
    if (!newest) co_return newest.error();
    co_return NewestRecord{*newest, window_};
  }

 private:
  std::string query_;
  Duration window_;
};

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
    const auto stamp = traces->element(i)->member("startTimeUnixNano");
    if (!stamp) return stamp.error();
    const auto time = unix_nanoseconds(*stamp);
    if (!time) return time.error();
    if (!newest || *time > *newest) newest = *time;
  }
  return newest;
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
