// CanaryExposure: the canary that /metrics shows for a route, and whether it was scraped.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "daemon/base/clock.hpp"
#include "daemon/model/canary.hpp"
#include "probes/canary/canary_route.hpp"
#include "wire/canary.hpp"

namespace lgtmwatch {

class CanaryExposure {
 public:
  // Shows the canary until the next one takes its place. Ends when a scrape has shown it (acknowledged), or unanswered
  // when it was replaced before, or nobody has scraped it until then. This object outlives the call.
  boost::asio::awaitable<CanaryWriteRun> expose(const Clock& clock, wire::Canary canary, Tick until);

  const std::optional<ExposedCanary>& shown() const { return shown_; }
  // A scrape has shown this.
  void note_scrape(const ExposedCanary& shown) {
    if (shown == shown_) is_scraped_ = true;
  }

 private:
  std::optional<ExposedCanary> shown_;
  bool is_scraped_ = false;
};

}  // namespace lgtmwatch
