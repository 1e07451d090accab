#include "daemon/canary_exposure.hpp"

#include <fmt/format.h>

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr auto look_for_a_scrape_every = std::chrono::milliseconds(250);

CanaryWriteRun run_of(const wire::Canary& canary) {
  CanaryWriteRun run;
  run.evidence = fmt::format("/metrics of lgtmwatch shows {}{{{}=\"{}\",{}=\"{}\"}} {:.0f} since {}",
                             wire::canary_metric, wire::canary_stack_label, canary.stack, wire::canary_route_label,
                             canary.id.route, wire::canary_value(canary), format_rfc3339(canary.written));
  return run;
}

}  // namespace

asio::awaitable<CanaryWriteRun> CanaryExposure::expose(const Clock& clock, wire::Canary canary, Tick until) {
  const ExposedCanary mine{canary.id.sequence, wire::canary_value(canary)};
  shown_ = mine;
  is_scraped_ = false;
  auto run = run_of(canary);
  run.written.why = "nobody has scraped /metrics of lgtmwatch since it was shown there";
  while (shown_ == mine && !is_scraped_ && clock.now() < until)
    co_await clock.sleep_until(clock.now() + look_for_a_scrape_every);
  if (shown_ != mine) {
    run.written.why = "the next one took its place on /metrics before anybody had scraped it";
  } else if (is_scraped_) {
    run.written = {CanaryWritten::Kind::acknowledged, {}, false, false};
  }
  co_return run;
}

}  // namespace lgtmwatch
