// A stack for the rules: everything answers well until a test says otherwise.
#pragma once

#include <string>

#include "daemon/model/facts.hpp"
#include "daemon/model/verdict.hpp"

namespace lgtmwatch {

inline constexpr WallTime moment_of_tests{std::chrono::seconds(1795352139)};

// What with_alerting() sets.
RulerRules healthy_rules();
AlertmanagerState healthy_alertmanager();

class TestStack {
 public:
  // Loki, Tempo and Mimir, an Alloy `gateway` with the OTLP/HTTP receiver `backend` and the scraper `docker`, and the
  // source `shop` with metrics, logs and traces through `backend` and logs through `docker`; max_age one minute.
  TestStack();

  // The last and settled run of a probe.
  void found(const std::string& probe, const std::string& target, Observation observation);
  void failed(const std::string& probe, const std::string& target, Reason reason);
  // A question that was answered with an error, and the request that brought it.
  void answered(const std::string& probe, const std::string& target, const Error& error, const std::string& curl);
  // The last and settled run, as it is.
  void ran(const std::string& probe, const std::string& target, RunRecord run);
  // Bad news that is not confirmed: the last run only.
  void failed_once(const std::string& probe, const std::string& target, Reason reason);
  // A probe that has not run yet.
  void not_asked(const std::string& probe, const std::string& target) { facts_of(probe, target); }
  // The newest record of an expectation ("shop/logs@docker"), that long ago.
  void newest(const std::string& target, Duration age);
  // Of a metric that is named: its last sample, and the last target_info of the job.
  void newest_of_metric(const std::string& target, Duration age, Duration target_info_age);
  // The newest log record before the window, and that it was found newer at the last look, five minutes after another.
  void older(const std::string& target, Duration age, bool advanced);
  void graph(std::vector<GraphEdge> edges);
  // A further expectation that is like the one of the target, of another source.
  void with_source(const std::string& target, const std::string& source);
  void through(const std::string& target, const std::string& receiver);  // the expectation takes another receiver
  void name_component(const std::string& receiver, const std::string& component);
  void active_since(const std::string& target, Duration ago);
  // That began that long before its records came again.
  void gap(const std::string& target, Duration began, Duration ended);
  void bad_since(const std::string& probe, const std::string& target, Duration ago);
  void recovered(const std::string& probe, const std::string& target, Duration ago);
  void refuses(const std::string& receiver, Reason reason);
  // A further receiver of the gateway, and Tempo's own OTLP/gRPC receiver at tempo:4317.
  void with_receiver(const std::string& name, ReceiverKind kind, const std::string& url, std::vector<Signal> signals);
  void with_tempo_otlp();
  // Whom the probe asks; Loki where nothing is said.
  void of_component(const std::string& probe, const std::string& target, Component component) {
    facts_of(probe, target).component = component;
  }
  // The clock of who answers the probe, in so many answers in a row.
  void clock(const std::string& probe, const std::string& target, Duration ahead, int answers);
  void with_docker();  // at unix:///var/run/docker.sock
  // A ruler with the group `shop` of the alerts Watchdog, which fires, and Slow; an Alertmanager at am:9093 that has
  // the Watchdog. All of it has been so for hours.
  void with_alerting();
  AlertingPlan& alerting() { return *plan_.alerting; }
  void with_container(const std::string& container);  // that the configuration names for the source
  void with_file(const std::string& name, const std::string& path);
  void with_proxy(const std::string& receiver);
  void with_proxies();  // on the way to Loki, Tempo, Mimir and the Alloy
  // The probe of that kind found that the receiver takes none of the signals, or one less.
  void refuses(const std::string& probe, const std::string& receiver, std::vector<Signal> signals, const Error& why);
  // The next reading of a component's counters, so long ago; the run that brought it found what `found` set.
  void read(const std::string& probe, const std::string& target, CounterReadings readings, Duration ago);
  void expect_always(const std::string& target);
  // A Grafana that is ready, with the datasources loki, tempo and mimir (configured so), through all of which data
  // comes.
  void with_grafana();
  // What came of a query through the datasource of the backend: "loki".
  void datasource(const std::string& backend, QueryAnswer answer, std::vector<std::string> others = {});

  // A route of canaries whose last ones came to these outcomes, the newest first, with that many overdue.
  void canaries(Signal signal, const std::string& route, std::vector<CanaryOutcome> newest_first, int overdue = 0);
  // Of the route that was added last: its canaries of that form.
  void canaries_of_form(CanaryForm form, std::vector<CanaryOutcome> newest_first);
  // Of the route that was added last: the last looks at its canaries, the newest first; found before, where `found` >
  // 0.
  void canary_looks(const CanaryLookPlan& plan, std::vector<CanaryLookResult> newest_first,
                    std::optional<Error> failure = {}, std::uint64_t found = 0);
  void canaries_that_nothing_names(Signal signal, const std::string& route, std::vector<CanaryOutcome> newest_first);
  CanaryRouteFacts& last_canaries() { return facts_.canaries.back(); }
  // A configured dashboard, what its probe found, and what was known of its panels, by id.
  void dashboard(const std::string& configured, DashboardPanels found, std::map<std::string, PanelPast> past);

  // For what only one file of tests sets.
  StackPlan& plan() { return plan_; }
  ProbeFacts& facts_of(const std::string& probe, const std::string& target);

  StackVerdict judge() const;
  // What the lines of a scraper's receiver add up to since they were seen first.
  double lines_read(const std::string& receiver) const;

 private:
  StackPlan plan_;
  StackFacts facts_;
};

}  // namespace lgtmwatch
