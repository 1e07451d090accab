#include "probes/alerting/promql_metrics.hpp"

#include <catch2/catch.hpp>

#include "probes/alerting/rule_metrics.hpp"

namespace lgtmwatch {
namespace {

using Selectors = std::vector<std::string>;

Selectors asked(std::string_view expression) { return metrics_asked_by(expression).selectors; }

AlertRule rule(const std::string& name, const std::string& expression, const std::string& state = "inactive",
               const std::string& health = "ok") {
  return {"shop", name, expression, state, health, std::nullopt};
}

}  // namespace

TEST_CASE("The metrics of an expression are its selectors, without functions, keywords, labels, texts and numbers") {
  const std::vector<std::pair<const char*, Selectors>> rows{
      {"vector(1)", {}},
      {"up == 0", {"up"}},
      {"rate(http_requests_total[5m]) > 1e-3", {"http_requests_total"}},
      {"sum by (job, code) (rate(a_total{code=~\"5..\"}[5m])) / on(job) group_left(team) sum(b_total) > 0.1",
       {"a_total", "b_total"}},
      {"histogram_quantile(0.9, sum by (le) (rate(latency_bucket{job=\"api\",x!=\"}\"}[5m]))) > bool 3",
       {"latency_bucket{job=\"api\"}"}},
      {"SUM(x) WITHOUT (job) > count(y)", {"x", "y"}},
      {"job:errors:rate5m offset 1h > 2", {"job:errors:rate5m"}},
      {"max_over_time(x[1h:5m] @ end()) > 1h", {"x"}},
      {"label_replace(x, \"up\", \"$1\", 'down', `a\\`) > 1 # y > 2", {"x"}},
      {"x{service_name=~\"a|b\", job!=\"c\"} > Inf and ON() z", {"x{service_name=~\"a|b\"}", "z"}},
      {"x > 1 and x > 2", {"x"}},
      {"time() - x > 60", {"x"}},
      {"ALERTS{alertstate=\"firing\"} > 0", {}},
      {"{__name__=~\"x.*\"} > 0", {}},
      {"", {}},
      {"x{", {"x"}},
      {"x{a=\"", {"x"}},
      {"x[", {"x"}},
  };
  for (const auto& [expression, selectors] : rows) {
    CAPTURE(expression);
    CHECK(asked(expression) == selectors);
  }
}

TEST_CASE("What is asked for in order to know that it is absent need not be there") {
  CHECK(asked("absent(up{job=\"x\"})").empty());
  CHECK(asked("absent_over_time(up[5m]) and on() y > 1") == Selectors{"y"});
  CHECK(asked("absent(x) and x > 1").empty());
  CHECK(asked("(absent(sum(x))) * y") == Selectors{"y"});
  CHECK(asked("x unless y") == Selectors{"x"});
}

TEST_CASE("With `or` one of the metrics suffices, and nothing can be said where another operand needs none") {
  CHECK(metrics_asked_by("x > 1 or y > 2").any_suffices);
  CHECK(asked("x > 1 or y > 2") == Selectors{"x", "y"});
  CHECK(asked("x == 0 or absent(x)").empty());
  CHECK(asked("x > 1 or on() vector(0) > 1").empty());
  CHECK(asked("x unless y or z").empty());
  CHECK_FALSE(metrics_asked_by("x > 1 and y > 2").any_suffices);
}

TEST_CASE("Counters of errors and the like may be absent until the first event") {
  for (const auto* name : {"loki_discarded_samples_total", "request_errors_total", "pod_restarts", "x_failed_total"})
    CHECK(may_be_rightly_absent(name));
  for (const auto* name : {"up", "http_requests_total", "x{job=\"error-service\"}"})
    CHECK_FALSE(may_be_rightly_absent(name));
}

TEST_CASE("Only rules that wait and are healthy are asked for, each selector once") {
  RulerRules rules;
  rules.alerts = {rule("A", "x > 1"), rule("B", "x > 2"), rule("C", "y > 1", "firing"),
                  rule("D", "z > 1", "inactive", "err"), rule("E", "job_errors > 1")};
  const auto questions = rule_questions(rules);
  REQUIRE(questions.size() == 1);
  CHECK(questions[0].selector == "x");
  CHECK(questions[0].rules == Selectors{"shop/A", "shop/B"});
}

TEST_CASE("A rule that can fire with another metric is not among those that an absent one hinders") {
  RulerRules rules;
  rules.alerts = {rule("Either", "x > 1 or y > 1"), rule("Both", "x > 1 and y > 1")};
  const auto needed = needed_by_rules(rules, {{"x", {}}});
  REQUIRE(needed.size() == 1);
  CHECK(needed[0].rules == Selectors{"shop/Both"});
  CHECK(needed_by_rules(rules, {{"x", {}}, {"y", {}}}).front().rules == Selectors{"shop/Either", "shop/Both"});
  CHECK(needed_by_rules(rules, {}).empty());
}

}  // namespace lgtmwatch
