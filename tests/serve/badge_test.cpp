#include "daemon/serve/badge.hpp"

#include <catch2/catch.hpp>

#include "tests/serve/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;
using Catch::StartsWith;

OneStack one_stack() {
  OneStack stack;
  stack.verdict.state = State::broken;
  stack.verdict.signals = {{Signal::logs, State::broken}, {Signal::traces, State::healthy}};
  return stack;
}

TEST_CASE("A badge says the state of a stack, or of one of its signals") {
  const auto snapshot = one_stack().snapshot();
  CHECK_THAT(badge(snapshot, "shop.svg").value(), StartsWith("<svg ") && Contains("<title>shop: broken</title>"));
  CHECK_THAT(badge(snapshot, "shop/logs.svg").value(), Contains("<title>shop logs: broken</title>"));
  CHECK_THAT(badge(snapshot, "shop/traces.svg").value(), Contains("<title>shop traces: healthy</title>"));
}

TEST_CASE("What is not there has no badge") {
  const auto snapshot = one_stack().snapshot();
  for (const auto* name :
       {"", ".svg", "shop", "shop/", "other.svg", "shop/metrics.svg", "shop/logs", "shop/logs.svg.svg"}) {
    CAPTURE(name);
    CHECK_FALSE(badge(snapshot, name).has_value());
  }
}

TEST_CASE("A name of a stack is text in its badge, never markup") {
  auto stack = one_stack();
  stack.verdict.name = "<b>&\"";
  const auto text = badge(stack.snapshot(), "<b>&\".svg").value();
  CHECK_THAT(text, Contains("&lt;b&gt;&amp;&quot;: broken") && !Contains("<b>"));
}

}  // namespace
