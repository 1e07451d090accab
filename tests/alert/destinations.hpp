// Who is told of a night: an Alertmanager, a webhook, and a service that expects a heartbeat.
#pragma once

#include "daemon/alert/notifier.hpp"
#include "tests/alert/night.hpp"
#include "tests/support/manual_clock.hpp"

namespace lgtmwatch::test {

inline Endpoint endpoint(const std::string& url) { return Endpoint(Url::parse(url).value()); }

inline AlertmanagerPlan alertmanager() {
  AlertmanagerPlan plan(endpoint("http://alertmanager:9093"));
  plan.name = "alertmanager-1";
  plan.timeout = std::chrono::seconds(5);
  return plan;
}

inline WebhookPlan webhook() {
  WebhookPlan plan(endpoint("https://hooks.example"));
  plan.name = "telephone";
  plan.target = Secret("/hook");
  plan.timeout = std::chrono::seconds(5);
  plan.repeat_interval = std::chrono::hours(4);
  return plan;
}

inline HeartbeatPlan heartbeat() {
  HeartbeatPlan plan(endpoint("https://hc.example"));
  plan.name = "heartbeat";
  plan.target = Secret("/ping");
  plan.interval = std::chrono::minutes(1);
  plan.timeout = std::chrono::seconds(5);
  return plan;
}

// Second by second, so that the night is as late as the clock.
inline void pass(Duration time, boost::asio::io_context& io, ManualClock& clock, Night& night) {
  for (const auto end = clock.now() + time; clock.now() < end;) {
    night.at = clock.wall();
    clock.advance(io, std::chrono::seconds(1));
  }
}

}  // namespace lgtmwatch::test
