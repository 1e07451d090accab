#include "probes/loki/loki_newest.hpp"

#include <fmt/format.h>

#include "daemon/base/json.hpp"
#include "probes/newest.hpp"
#include "probes/numbers.hpp"

namespace lgtmwatch {
namespace {

constexpr auto ahead = std::chrono::minutes(10);  // Loki's own creation_grace_period

class LokiNewestProbe final : public Probe {
 public:
  LokiNewestProbe(ProbePlan plan, const Expectation& expectation)
      : Probe(std::move(plan)),
        query_(percent_encode(expectation.selector)),
        window_(newest_window(expectation.max_age)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    const auto now = asker.now().time_since_epoch();
    HttpRequest request(fmt::format("/loki/api/v1/query_range?query={}&limit=1&direction=backward&start={}&end={}",
                                    query_, (now - window_).count(), (now + ahead).count()));
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    auto newest = parse_loki_newest(response->body);
    if (!newest) co_return newest.error();
    co_return NewestRecord{*newest, window_};
  }

 private:
  std::string query_;
  Duration window_;
};

}  // namespace

Result<std::optional<WallTime>> parse_loki_newest(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto data = JsonPath(*document).member("data");
  if (!data) return data.error();
  const auto streams = data->member("result");
  if (!streams) return streams.error();
  const auto count = streams->array_size();
  if (!count) return count.error();
  std::optional<WallTime> newest;
  for (std::size_t i = 0; i < *count; ++i) {
    const auto values = streams->element(i)->member("values");
    if (!values) return values.error();
    const auto entries = values->array_size();
    if (!entries) return entries.error();
    for (std::size_t j = 0; j < *entries; ++j) {
      const auto stamp = values->element(j)->element(0);
      if (!stamp) return stamp.error();
      const auto time = unix_nanoseconds(*stamp);
      if (!time) return time.error();
      if (!newest || *time > *newest) newest = *time;
    }
  }
  return newest;
}

Probes make_loki_newest(const StackPlan& stack) {
  Probes probes;
  for (const auto& expectation : stack.expectations) {
    if (expectation.signal != Signal::logs || !stack.loki) continue;
    auto plan = plan_for(stack, "loki_newest", target_of(expectation), Component::loki, *stack.loki);
    probes.push_back(std::make_unique<LokiNewestProbe>(std::move(plan), expectation));
  }
  return probes;
}

}  // namespace lgtmwatch
