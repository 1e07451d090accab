#include "daemon/serve/summary.hpp"

#include <catch2/catch.hpp>

#include "tests/serve/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

OneStack checked_stack() {
  OneStack stack;
  stack.verdict.state = State::broken;
  stack.verdict.signals = {{Signal::logs, State::broken}};
  stack.verdict.criteria = {{"loki answers", State::healthy},
                            {"logs are fresh", State::broken},
                            {"traces are fresh", State::unknown},
                            {"loki is ready", State::degraded}};
  stack.verdict.findings = {incident()};
  return stack;
}

TEST_CASE("The text lists what holds and what does not, then the findings") {
  const auto text = summary_text(checked_stack().snapshot());
  CHECK_THAT(text, Catch::StartsWith("stack shop: broken, 1 of 4 criteria met\n"));
  CHECK_THAT(text, Contains("  ok        loki answers\n"));
  CHECK_THAT(text, Contains("  BROKEN    logs are fresh\n"));
  CHECK_THAT(text, Contains("  unknown   traces are fresh\n"));
  CHECK_THAT(text, Contains("  DEGRADED  loki is ready\n"));
  CHECK_THAT(text, Contains("  1. The scraper tails nothing\n"));
  CHECK_THAT(text, Contains("     remedy       mount the socket\n"));
}

TEST_CASE("JUnit counts broken and degraded as failures and unknown as an error") {
  const auto xml = summary_junit(checked_stack().snapshot());
  CHECK_THAT(xml, Catch::StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"));
  CHECK_THAT(xml, Contains("<testsuite name=\"shop\" tests=\"4\" failures=\"2\" errors=\"1\" skipped=\"0\">"));
  CHECK_THAT(xml, Contains("<testcase classname=\"shop\" name=\"loki answers\"/>"));
  CHECK_THAT(xml, Contains("name=\"logs are fresh\"><failure message=\"broken\">"));
  CHECK_THAT(xml, Contains("name=\"loki is ready\"><failure message=\"degraded\">"));
  CHECK_THAT(xml, Contains("name=\"traces are fresh\"><error message=\"unknown\">"));
  CHECK_THAT(xml, Contains("scraper-tails-nothing: The scraper tails nothing\n"));
  CHECK_THAT(xml, Catch::EndsWith("</testsuite>\n</testsuites>\n"));
}

TEST_CASE("In JUnit something fails where a finding breaks the stack though every criterion is met") {
  auto stack = checked_stack();
  stack.verdict.criteria = {{"loki answers", State::healthy, ""}};
  const auto xml = summary_junit(stack.snapshot());
  CHECK_THAT(xml, Contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\">"));
  CHECK_THAT(xml, Contains("name=\"nothing else is found\"><failure message=\"broken\">"));
}

TEST_CASE("Routes that only a daemon can use are listed as not checked, and are no criteria") {
  auto stack = checked_stack();
  CanaryStatus scrape;
  scrape.route = "scrape";
  scrape.checked = false;
  scrape.note = "only a daemon can write there";
  stack.verdict.canaries = {scrape};
  CHECK_THAT(summary_text(stack.snapshot()),
             Catch::Matches(R"([\s\S]* scrape +metrics +not checked +- +-  only a daemon can write there\n[\s\S]*)"));
  CHECK_THAT(summary_text(stack.snapshot()), Contains("1 of 4 criteria met"));
  CHECK_THAT(summary_markdown(stack.snapshot()),
             Contains("| canary/scrape/metrics | not checked (only a daemon can write there) |\n"));
  const auto xml = summary_junit(stack.snapshot());
  CHECK_THAT(xml, Contains("tests=\"5\" failures=\"2\" errors=\"1\" skipped=\"1\">"));
  CHECK_THAT(xml, Contains("name=\"canary/scrape/metrics\"><skipped message=\"only a daemon can write there\"/>"));
}

TEST_CASE("Every format says why a canary's route is unknown") {
  auto stack = checked_stack();
  CanaryStatus canary;
  canary.route = "scrape";
  stack.verdict.canaries = {canary};
  stack.verdict.criteria = {{"canary/scrape/metrics comes back", State::unknown, "no <daemon> there"}};
  CHECK_THAT(summary_text(stack.snapshot()),
             Contains("  unknown   canary/scrape/metrics comes back (no <daemon> there)\n"));
  CHECK_THAT(summary_text(stack.snapshot()), Catch::Matches(R"([\s\S]* scrape +metrics +unknown +- +-\n[\s\S]*)"));
  CHECK_THAT(summary_markdown(stack.snapshot()),
             Contains("| canary/scrape/metrics comes back | unknown (no &lt;daemon&gt; there) |\n"));
  CHECK_THAT(summary_junit(stack.snapshot()), Contains("<error message=\"unknown: no &lt;daemon&gt; there\">"));
}

TEST_CASE("A canary that is not settled is in flight, or overdue") {
  auto stack = checked_stack();
  CanaryStatus canary;
  canary.route = "backend";
  canary.in_flight = 1;
  stack.verdict.canaries = {canary};
  CHECK_THAT(summary_text(stack.snapshot()), Contains(" in flight "));
  stack.verdict.canaries.front().overdue = 1;
  CHECK_THAT(summary_text(stack.snapshot()), Contains(" overdue "));
}

TEST_CASE("JUnit escapes names and messages") {
  auto stack = checked_stack();
  stack.verdict.name = "a<b>&\"c\"";
  stack.verdict.criteria[1].name = "<x y=\"z\">&";
  stack.verdict.findings[0].summary = "]]> & </failure> \"quoted\"";
  const auto xml = summary_junit(stack.snapshot());
  CHECK_THAT(xml, Contains("classname=\"a&lt;b&gt;&amp;&quot;c&quot;\" name=\"&lt;x y=&quot;z&quot;&gt;&amp;\">"));
  CHECK_THAT(xml, Contains("]]&gt; &amp; &lt;/failure&gt; &quot;quoted&quot;"));
}

TEST_CASE("Markdown has a table of the criteria and a section for each finding") {
  const auto text = summary_markdown(checked_stack().snapshot());
  CHECK_THAT(text,
             Catch::StartsWith("## shop: broken\n\n1 of 4 criteria met.\n\n| criterion | state |\n| --- | --- |\n"));
  CHECK_THAT(text, Contains("| loki answers | healthy |\n"));
  CHECK_THAT(
      text,
      Contains("### The scraper tails nothing\n\n- cause: `scraper-tails-nothing` at stage `receive`, critical\n"));
  CHECK_THAT(text, Contains("- remedy:\n  - mount the socket\n"));
}

TEST_CASE("Markdown keeps a name from ending its cell, its line or becoming HTML") {
  OneStack stack;
  stack.verdict.name = "<b>shop</b>";
  stack.verdict.criteria = {{"a|b\nc<i>", State::healthy}};
  stack.verdict.findings = {incident()};
  stack.verdict.findings[0].summary = "<script>\n# x";
  const auto text = summary_markdown(stack.snapshot());
  CHECK_THAT(text, Contains("| a\\|b c&lt;i&gt; | healthy |\n"));
  CHECK_THAT(text, Contains("### &lt;script&gt; # x\n"));
  CHECK_THAT(text, Catch::StartsWith("## &lt;b&gt;shop&lt;/b&gt;: unknown\n"));
}

TEST_CASE("Several stacks come one after the other in every format") {
  auto snapshot = checked_stack().snapshot();
  auto other = checked_stack();
  other.verdict.name = "other";
  snapshot.stacks.push_back(std::make_shared<StackSnapshot>(StackSnapshot{other.facts, other.verdict}));
  CHECK_THAT(summary_text(snapshot), Contains("\n\nstack other: broken"));
  CHECK_THAT(summary_markdown(snapshot), Contains("\n\n## other: broken"));
  CHECK_THAT(summary_junit(snapshot), Contains("</testsuite>\n  <testsuite name=\"other\""));
}

}  // namespace
