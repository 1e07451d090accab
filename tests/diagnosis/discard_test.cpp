// What backends discard of what they receive, by the reason that they count.
#include <catch2/catch.hpp>

#include "tests/diagnosis/scrapes.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::seconds;

Scrape discarded(double received, const std::string& reason, double count) {
  return Scrape()
      .count(CounterKind::backend_received, "tempo", Signal::traces, received)
      .count(CounterKind::backend_discarded, "tempo", Signal::traces, count, reason);
}

}  // namespace

TEST_CASE("Samples that Cortex finds too old are named by what they are, and its limits as those of series") {
  for (const auto& [reason, cause] : {std::pair{"greater_than_max_sample_age", "mimir-out-of-order-or-duplicate"},
                                      std::pair{"per_labelset_series_limit", "mimir-series-limit"}}) {
    Watched stack;
    const auto at = [&, what = reason](double count) {
      return Scrape()
          .count(CounterKind::backend_received, "mimir", Signal::metrics, 10 * count)
          .count(CounterKind::backend_discarded, "mimir", Signal::metrics, count, what);
    };
    stack.backend("mimir", "mimir:9009", {at(1), at(2)});
    CHECK(causes_of(stack.judge()) == Causes{cause});
  }
}

TEST_CASE("Discards of a moment ago are told with the figures of the minutes in which they happened") {
  Watched stack;
  stack.backend("tempo", "tempo:3200",
                {discarded(100, "live_traces_exceeded", 0), discarded(120, "live_traces_exceeded", 5),
                 discarded(140, "live_traces_exceeded", 5)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"tempo-silent-limit-drop"});
  CHECK(verdict.findings[0].summary.find("5 of 40 received were discarded as live_traces_exceeded within 30s") !=
        std::string::npos);
}

TEST_CASE("Samples that an Alloy sends again once it goes on are no finding, and those of a minute later are") {
  const auto of_order = [](double received, double dropped) {
    return Scrape()
        .count(CounterKind::backend_received, "mimir", Signal::metrics, received)
        .count(CounterKind::backend_discarded, "mimir", Signal::metrics, dropped, "out_of_order");
  };
  Watched stack;
  stack.backend("mimir", "mimir:9009", {of_order(100, 0), of_order(120, 5)});
  CHECK(causes_of(stack.judge()) == Causes{"mimir-out-of-order-or-duplicate"});
  stack.recovered("alloy_ready", "gateway", seconds(20));
  CHECK(stack.judge().findings.empty());
  stack.recovered("alloy_ready", "gateway", seconds(61));
  CHECK(causes_of(stack.judge()) == Causes{"mimir-out-of-order-or-duplicate"});
}

TEST_CASE("Discards of a part degrade a signal, discards of all break it, and old ones are over") {
  Watched some;
  some.backend("tempo", "tempo:3200",
               {discarded(100, "live_traces_exceeded", 0), discarded(120, "live_traces_exceeded", 5)});
  CHECK(causes_of(some.judge()) == Causes{"tempo-silent-limit-drop"});
  CHECK(some.judge().signals.at(Signal::traces) == State::degraded);

  Watched all;
  all.backend("tempo", "tempo:3200",
              {discarded(100, "live_traces_exceeded", 0), discarded(120, "live_traces_exceeded", 20)});
  CHECK(all.judge().signals.at(Signal::traces) == State::broken);

  Watched over;
  std::vector<Scrape> scrapes{discarded(100, "live_traces_exceeded", 0), discarded(120, "live_traces_exceeded", 5)};
  for (int i = 0; i < 7; ++i) scrapes.push_back(discarded(140, "live_traces_exceeded", 5));
  over.backend("tempo", "tempo:3200", scrapes);
  CHECK(over.judge().findings.empty());
}

TEST_CASE("A reason that is not known yet is told as the backend writes it") {
  Watched stack;
  stack.backend("tempo", "tempo:3200", {discarded(100, "moon_phase", 0), discarded(120, "moon_phase", 5)});
  const auto verdict = stack.judge();
  REQUIRE(causes_of(verdict) == Causes{"discards-of-unknown-reason"});
  CHECK(verdict.findings[0].summary.find("moon_phase") != std::string::npos);
}

TEST_CASE("Discards that were counted before lgtmwatch came are no finding") {
  Watched stack;
  stack.backend("tempo", "tempo:3200", {discarded(100, "rate_limited", 900), discarded(120, "rate_limited", 900)});
  CHECK(stack.judge().findings.empty());
}

}  // namespace lgtmwatch
