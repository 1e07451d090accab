#include "probes/loki/loki_older.hpp"

#include <fmt/format.h>

#include "probes/loki/loki_newest.hpp"
#include "probes/newest.hpp"
#include "probes/numbers.hpp"

namespace lgtmwatch {
namespace {

constexpr auto range = std::chrono::hours(24);
constexpr auto fastest = std::chrono::minutes(5);

class LokiOlderProbe final : public Probe {
 public:
  LokiOlderProbe(ProbePlan plan, const Expectation& expectation)
      : Probe(std::move(plan)),
        query_(percent_encode(expectation.selector)),
        window_(newest_window(expectation.max_age)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    const auto end = asker.now().time_since_epoch() - window_;
    HttpRequest request(fmt::format("/loki/api/v1/query_range?query={}&limit=1&direction=backward&start={}&end={}",
                                    query_, (end - range).count(), end.count()));
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    auto newest = parse_loki_newest(response->body);
    if (!newest) co_return newest.error();
    OlderRecord older;
    older.newest = *newest;
    older.from = window_ + range;
    older.to = window_;
    co_return older;
  }

 private:
  std::string query_;
  Duration window_;
};

}  // namespace

Probes make_loki_older(const StackPlan& stack) {
  Probes probes;
  for (const auto& expectation : stack.expectations) {
    if (expectation.signal != Signal::logs || !stack.loki) continue;
    auto plan = plan_for(stack, "loki_older", target_of(expectation), Component::loki, *stack.loki);
    if (plan.interval < fastest) plan.interval = fastest;
    probes.push_back(std::make_unique<LokiOlderProbe>(std::move(plan), expectation));
  }
  return probes;
}

}  // namespace lgtmwatch
