#include <catch2/catch.hpp>

#include "tests/alert/night.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;
using test::finding;

// Looks every second, as the notifier does, and writes down what an operator's telephone says, in minutes and seconds.
class Watching : public test::Night {
 public:
  explicit Watching(Duration repeat = 4h) : desk_(Severity::warning, true, repeat) {}

  void pass(Duration time) {
    for (const auto end = at + time; at < end; at += 1s) {
      policy.look(snapshot());
      const auto notices = desk_.due(policy.alerts(), at);
      if (is_deaf) {
        desk_.failed(notices);
        continue;
      }
      for (const auto& notice : notices) heard.push_back(line(notice));
      desk_.delivered(notices, at);
    }
  }

  AlertPolicy policy;
  std::vector<std::string> heard;
  bool is_deaf = false;

 private:
  std::string line(const Notice& notice) const {
    return format_duration(at - test::evening) + " " + std::string(to_string(notice.event)) + " " +
           notice.alert.finding.cause + (notice.alert.flaps ? " (flaps)" : "");
  }

  WebhookDesk desk_;
};

using Heard = std::vector<std::string>;

}  // namespace

TEST_CASE("A finding is told once it has been there for a quarter of a minute, and told again when it is over") {
  Watching night;
  night.begins(finding("backend-down"));
  night.pass(10min);
  night.ends("backend-down");
  night.pass(10min);
  CHECK(night.heard == Heard{"15s opened backend-down", "12m over backend-down"});
}

TEST_CASE("What gives way to its root cause within a quarter of a minute is never told") {
  Watching night;
  night.begins(finding("exporter-unreachable-retrying"));
  night.pass(14s);
  night.ends("exporter-unreachable-retrying");
  night.begins(finding("backend-down"));
  night.pass(5min);
  CHECK(night.heard == Heard{"29s opened backend-down"});
}

TEST_CASE("A gap of less than two minutes is no end") {
  Watching night;
  night.begins(finding("backend-down"));
  night.pass(1min);
  night.ends("backend-down");
  night.pass(119s);
  night.begins(finding("backend-down"));
  night.pass(10min);
  CHECK(night.heard == Heard{"15s opened backend-down"});
}

TEST_CASE("What lasts is repeated, and what gets worse is told at once") {
  Watching night(1h);
  night.begins(finding("loki-disk-throttled", Severity::warning));
  night.pass(90min);
  night.ends("loki-disk-throttled");
  night.begins(finding("loki-disk-throttled", Severity::critical));
  night.pass(65min);
  CHECK(night.heard == Heard{"15s opened loki-disk-throttled", "1h15s still loki-disk-throttled",
                             "1h30m worse loki-disk-throttled", "2h30m still loki-disk-throttled"});
}

TEST_CASE("What is less severe than asked for is not told") {
  Watching night;
  night.begins(finding("healthcheck-tool-missing", Severity::info));
  night.pass(10min);
  CHECK(night.heard.empty());
}

TEST_CASE("The root cause that explains most is told first, whatever its name") {
  Watching night;
  night.begins(finding("tempo-search-broken"));
  night.begins(finding("backend-down"));
  night.pass(1min);
  CHECK(night.heard == Heard{"15s opened tempo-search-broken", "15s opened backend-down"});
}

TEST_CASE("A window of maintenance keeps quiet, and what is still there at its end is told then") {
  Watching night;
  night.maintenance(1min, 30min, {Signal::logs});
  night.pass(2min);
  night.begins(finding("backend-down"));
  night.begins(finding("alloy-down", Severity::critical, {Signal::metrics, Signal::logs}));
  night.pass(1h);
  CHECK(night.heard == Heard{"2m15s opened alloy-down", "31m opened backend-down"});
}

TEST_CASE("What is over within the window that it began in is never told") {
  Watching night;
  night.maintenance(1min, 30min, {Signal::metrics, Signal::logs, Signal::traces});
  night.pass(2min);
  night.begins(finding("grafana-down", Severity::warning, {}));
  night.pass(20min);
  night.ends("grafana-down");
  night.pass(1h);
  CHECK(night.heard.empty());
}

TEST_CASE("What was told before a window and is over within it is told as over at its end") {
  Watching night;
  night.maintenance(5min, 30min, {Signal::logs});
  night.begins(finding("backend-down"));
  night.pass(10min);
  night.ends("backend-down");
  night.pass(1h);
  CHECK(night.heard == Heard{"15s opened backend-down", "35m over backend-down"});
}

TEST_CASE("Ten flaps in a night are four messages") {
  Watching night;
  for (int flap = 0; flap < 10; ++flap) {
    night.begins(finding("loki-rate-limited"));
    night.pass(3min);
    night.ends("loki-rate-limited");
    night.pass(5min);
  }
  night.pass(3h);
  CHECK(night.heard == Heard{"15s opened loki-rate-limited", "5m over loki-rate-limited",
                             "8m15s opened loki-rate-limited (flaps)", "1h45m over loki-rate-limited (flaps)"});
}

TEST_CASE("What could not be delivered is told when the destination hears again, also where it is over by then") {
  Watching night;
  night.is_deaf = true;
  night.begins(finding("backend-down"));
  night.begins(finding("alloy-down"));
  night.pass(5min);
  night.ends("alloy-down");
  night.pass(5min);
  night.is_deaf = false;
  night.pass(5min);
  CHECK(night.heard == Heard{"10m opened backend-down", "10m over alloy-down"});
}

TEST_CASE("Before every probe has run nothing is told, and nothing is over") {
  Watching night;
  auto snapshot = night.snapshot();
  night.begins(finding("backend-down"));
  night.pass(1min);
  snapshot.complete = false;
  snapshot.at = night.at + 1h;
  night.policy.look(snapshot);
  CHECK(night.policy.alerts().size() == 1);
}

}  // namespace lgtmwatch
