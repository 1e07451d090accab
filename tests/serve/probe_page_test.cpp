#include "daemon/serve/probe_page.hpp"

#include <catch2/catch.hpp>

#include "tests/serve/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

// A probe that failed a while ago and is good again.
OneStack recovered() {
  OneStack stack;
  stack.add_probe("loki_ready", "loki:3100", Observation(Readiness{true, ""}));
  RunRecord failed(refused());
  failed.at = noon - 1h;
  Exchange exchange;
  exchange.curl = "curl 'http://loki:3100/ready'";
  exchange.error = "<refused>";
  exchange.took = 2ms;
  exchange.phases[static_cast<std::size_t>(Phase::connect)] = 1500us;
  failed.exchanges = {exchange};
  auto history = remember(nullptr, failed, {});
  stack.histories = {remember(history.get(), *stack.facts.probes[0].last, {})};
  return stack;
}

constexpr const char* id = "shop/loki_ready/loki:3100";

TEST_CASE("The page of a probe shows its last runs and its last failures with the time of each phase") {
  const auto page = probe_page(recovered().snapshot(), id, "../../../", false);
  REQUIRE(page);
  CHECK_THAT(*page, Contains("<h2>Failures</h2>") && Contains("loki:3100 refused the connection"));
  CHECK_THAT(*page, Contains("&lt;refused&gt;") && Contains("connect 1.50 ms"));
  CHECK_THAT(*page, Contains("2026-11-22T11:00:00Z"));
  CHECK_THAT(*page, Contains("href=\"../../../probes\"") && !Contains("<refused>"));
}

TEST_CASE("A button runs the probe, where that is allowed") {
  CHECK_THAT(*probe_page(recovered().snapshot(), id, "", true), Contains("<form method=\"post\">"));
  CHECK_THAT(*probe_page(recovered().snapshot(), id, "", false), !Contains("<form"));
}

TEST_CASE("The list has every probe of every stack, or of one, with the way to its page") {
  auto stack = recovered();
  stack.add_probe("loki_newest", "my <app>/logs", std::nullopt);
  const auto page = probe_list_page(stack.snapshot(), "");
  CHECK_THAT(page, Contains("<a href=\"probes/shop/loki_ready/loki%3A3100\">loki_ready</a>"));
  CHECK_THAT(page, Contains("my &lt;app&gt;/logs") && Contains("not run yet"));
  CHECK_THAT(probe_list_page(stack.snapshot(), "other"), !Contains("loki_ready"));
}

TEST_CASE("A link to a probe keeps the slashes of its id") {
  CHECK(probe_link("shop/loki_newest/my app/logs@docker") == "probes/shop/loki_newest/my%20app/logs%40docker");
}

}  // namespace
