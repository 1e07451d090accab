#include "daemon/serve/overview.hpp"

#include <catch2/catch.hpp>

#include "daemon/serve/page.hpp"
#include "tests/serve/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

Finding found(const std::string& cause, Severity severity) {
  auto finding = incident();
  finding.cause = cause;
  finding.severity = severity;
  finding.summary = cause + " happens";
  finding.remedy = {"mend " + cause, "or do without"};
  return finding;
}

struct ManyStacks {
  StackVerdict& add(const std::string& name, State state = State::healthy) {
    OneStack stack;
    stack.verdict.name = name;
    stack.verdict.state = state;
    stack.verdict.signals = {{Signal::logs, state}};
    auto whole = std::make_shared<StackSnapshot>(*stack.snapshot().stacks.front());
    snapshot.stacks.push_back(whole);
    return whole->verdict;
  }
  std::vector<std::string> chosen(const StackFilter& filter = {}) const {
    std::vector<std::string> names;
    for (const auto* stack : chosen_stacks(snapshot, filter)) names.push_back(stack->verdict.name);
    return names;
  }

  Snapshot snapshot{noon, true, true, {}};
};

using Names = std::vector<std::string>;

TEST_CASE("The worst stacks come first, and equals as they are configured") {
  ManyStacks stacks;
  stacks.add("b");
  stacks.add("a");
  stacks.add("u", State::unknown);
  stacks.add("d", State::degraded);
  stacks.add("x", State::broken);
  CHECK(stacks.chosen() == Names{"x", "d", "u", "b", "a"});
}

TEST_CASE("A search finds stacks by words of their name and of their causes, in any case") {
  ManyStacks stacks;
  stacks.add("shop-eu");
  stacks.add("Shop-US", State::broken).findings = {found("loki-rate-limited", Severity::critical)};
  stacks.add("bank", State::broken).findings = {found("backend-down", Severity::critical)};
  CHECK(stacks.chosen({"SHOP"}) == Names{"Shop-US", "shop-eu"});
  CHECK(stacks.chosen({"rate"}) == Names{"Shop-US"});
  CHECK(stacks.chosen({"  us  rate "}) == Names{"Shop-US"});
  CHECK(stacks.chosen({"eu rate"}).empty());
  CHECK(stacks.chosen({"   "}).size() == 3);
}

TEST_CASE("Only broken leaves out what is degraded or unknown") {
  ManyStacks stacks;
  stacks.add("a", State::broken);
  stacks.add("b", State::degraded);
  stacks.add("c", State::unknown);
  CHECK(stacks.chosen({"", true}) == Names{"a"});
  CHECK(stacks.chosen({"b", true}).empty());
}

TEST_CASE(
    "A stack of the overview has its state, its signals, the way to its page, and its worst finding with a remedy") {
  ManyStacks stacks;
  auto& verdict = stacks.add("shop/1", State::broken);
  verdict.criteria = {{"a", State::healthy}, {"b", State::broken}};
  verdict.findings = {found("slow", Severity::warning), found("down", Severity::critical)};
  CHECK_THAT(overview_html(stacks.snapshot, {}),
             Contains("<li class=\"is-broken\"><h2><a href=\"stacks/shop%2F1\">shop/1</a> "
                      "<span class=\"broken\">broken</span></h2>") &&
                 Contains("<p>logs <span class=\"broken\">broken</span> · <small>1 of 2 criteria met</small></p>") &&
                 Contains("<p>down happens<br><small>what to do:</small> mend down<br><small>and 1 more</small></p>") &&
                 !Contains("slow"));
}

TEST_CASE("The overview counts the stacks in each state, and those that fit") {
  ManyStacks stacks;
  for (int i = 0; i < 198; ++i) stacks.add("healthy-" + std::to_string(i));
  stacks.add("a", State::broken);
  stacks.add("b", State::unknown);
  CHECK(stack_counts_html(stacks.snapshot, {}) ==
        "200 stacks · <span class=\"broken\">1 broken</span> · <span class=\"unknown\">1 unknown</span> · "
        "<span class=\"healthy\">198 healthy</span>");
  CHECK_THAT(stack_counts_html(stacks.snapshot, {"", true}), Contains("<br>1 stack fit · <a href=\"./\">show all</a>"));
}

TEST_CASE("Five hundred stacks are shown, and the others counted") {
  ManyStacks stacks;
  for (int i = 0; i < 503; ++i) stacks.add("stack-" + std::to_string(i));
  CHECK_THAT(overview_html(stacks.snapshot, {}), Contains("stack-499") && !Contains("stack-500") &&
                                                     Contains("<p>3 more are not shown; search for them.</p>"));
}

TEST_CASE("Few stacks are shown whole, unless somebody searches; more of them as an overview with a form") {
  ManyStacks stacks;
  for (const auto* name : {"a", "b", "c"}) stacks.add(name);
  CHECK_THAT(status_page(stacks.snapshot), Contains("<h3>Components</h3>") && !Contains("<form"));
  CHECK_THAT(status_page(stacks.snapshot, nullptr, {"b"}), Contains("stacks/b") && !Contains("stacks/a"));
  stacks.add("d");
  CHECK_THAT(status_page(stacks.snapshot), !Contains("<h3>Components</h3>") && Contains("<form role=\"search\">"));
}

TEST_CASE("The form holds what was searched for, and it is harmless") {
  CHECK_THAT(filter_form_html({"\"><script>", true}),
             Contains("value=\"&quot;&gt;&lt;script&gt;\"") && Contains("value=\"1\" checked>"));
}

TEST_CASE("The page of a stack has all of that one and nothing of the others, with links from the root") {
  ManyStacks stacks;
  stacks.add("shop 1", State::broken).findings = {incident()};
  stacks.add("bank");
  const auto page = stack_page(stacks.snapshot, "shop 1", "../");
  REQUIRE(page);
  CHECK_THAT(*page, Contains("<base href=\"../\">") && Contains("<title>shop 1: broken · lgtmwatch</title>") &&
                        Contains("probes?stack=shop%201\"") && Contains("The scraper tails nothing") &&
                        Contains("<h3>Components</h3>") && !Contains("bank"));
  CHECK_FALSE(stack_page(stacks.snapshot, "shop", "../"));
}

TEST_CASE("Every word of an overview is escaped") {
  ManyStacks stacks;
  stacks.add("<script>").findings = {found("<script>", Severity::info)};
  const auto page = overview_html(stacks.snapshot, {}) + *stack_page(stacks.snapshot, "<script>", "../");
  CHECK(page.find("<script>happens") == std::string::npos);
  CHECK_THAT(page, Contains("&lt;script&gt; happens") && Contains("<title>&lt;script&gt;: healthy"));
}

}  // namespace
