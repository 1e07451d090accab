#include <catch2/catch.hpp>

#include "diagnosis/verdict.hpp"
#include "tests/diagnosis/stack.hpp"

namespace lgtmwatch {

TEST_CASE("An Alloy that answers, but not to lgtmwatch, is a finding of lgtmwatch's own view") {
  const std::vector<std::pair<Reason, std::string>> causes{{Reason::auth, "watcher-auth-rejected"},
                                                           {Reason::not_found, "watcher-query-failed"},
                                                           {Reason::tls, "watcher-query-failed"}};
  for (const auto& [reason, cause] : causes) {
    TestStack stack;
    stack.failed("alloy_ready", "gateway", reason);
    const auto verdict = stack.judge();
    REQUIRE(verdict.findings.size() == 1);
    CHECK(verdict.findings[0].cause == cause);
    CHECK(verdict.findings[0].subject == "gateway");
    CHECK(verdict.findings[0].stage == Stage::watch);
    CHECK(verdict.state == State::unknown);
  }
}

TEST_CASE("What stands behind a proxy that fails is neither down nor hung, but unknown") {
  for (const auto reason : {Reason::refused, Reason::timeout, Reason::auth, Reason::reset}) {
    for (const auto& [probe, target, subject] :
         {std::array{"loki_ready", "loki:3100", "loki"}, std::array{"alloy_ready", "gateway", "gateway"}}) {
      TestStack stack;
      stack.with_proxies();
      stack.failed(probe, target, reason);
      const auto verdict = stack.judge();
      REQUIRE(verdict.findings.size() == 1);
      CHECK(verdict.findings[0].cause == "watcher-proxy-failing");
      CHECK(verdict.findings[0].subject == subject);
      CHECK(verdict.state == State::unknown);
      for (const auto& component : verdict.components)
        if (component.name == subject) CHECK_FALSE(component.up.has_value());
    }
  }
}

TEST_CASE("Where lgtmwatch itself did not get to run, nothing hangs, and what was asked is unknown") {
  for (const auto& [probe, target, subject] :
       {std::array{"loki_ready", "loki:3100", "loki"}, std::array{"alloy_ready", "gateway", "gateway"},
        std::array{"grafana_ready", "grafana:3000", "grafana"}}) {
    TestStack stack;
    stack.with_grafana();
    stack.failed(probe, target, Reason::internal);
    const auto verdict = stack.judge();
    REQUIRE(verdict.findings.size() == 1);
    CHECK(verdict.findings[0].cause == "watcher-query-failed");
    CHECK(verdict.findings[0].subject == subject);
    CHECK(verdict.findings[0].stage == Stage::watch);
    CHECK(verdict.state == State::unknown);
    for (const auto& component : verdict.components)
      if (component.name == subject) CHECK_FALSE(component.up.has_value());
  }
}

}  // namespace lgtmwatch
