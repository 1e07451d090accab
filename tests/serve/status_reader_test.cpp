#include "daemon/serve/status_reader.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "daemon/serve/api.hpp"
#include "tests/serve/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;
namespace json = boost::json;

std::shared_ptr<const CanaryRoutePlan> route_plan(const std::string& name = "app-files") {
  const Endpoint loki(Url::parse("http://loki:3100").value());
  auto plan = std::make_shared<CanaryRoutePlan>(loki, loki);
  plan->signal = Signal::logs;
  plan->route = name;
  plan->entrance = CanaryEntrance::file;
  plan->patience.deadline = 30s;
  return plan;
}

CanaryStatus visible_one() {
  CanaryStatus canary;
  canary.route = "app-files";
  canary.signal = Signal::logs;
  canary.in_flight = 1;
  canary.recent = {CanaryOutcome::visible, CanaryOutcome::late};
  canary.last.emplace();
  canary.last->outcome = CanaryOutcome::visible;
  canary.last->acknowledged = true;
  canary.last->write_took = 4ms;
  canary.last->visible_after = 1010ms;
  canary.last->trouble = "none";
  canary.last->evidence = {"appended", "curl loki"};
  return canary;
}

// What a daemon answers that has this canary in its stack `shop`.
std::string answer_with(CanaryStatus canary) {
  OneStack stack;
  stack.verdict.canaries = {std::move(canary)};
  return json::serialize(status_json(stack.snapshot()));
}

Result<CanaryRouteFacts> read(const std::string& answer, const std::string& stack = "shop",
                              const std::string& route = "app-files") {
  const auto status = parse_status(answer);
  if (!status) return status.error();
  return read_daemon_canaries(*status, stack, route_plan(route));
}

std::string why_not(const Result<CanaryRouteFacts>& facts) {
  REQUIRE_FALSE(facts.has_value());
  return facts.error().what;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

TEST_CASE("What a daemon tells of its canaries is read back as it has it") {
  const auto facts = read(answer_with(visible_one()));
  REQUIRE(facts.has_value());
  CHECK(facts->checked);
  CHECK(facts->plan->route == "app-files");
  CHECK(facts->recent == std::vector{CanaryOutcome::visible, CanaryOutcome::late});
  CHECK(facts->tally.in_flight() == 1);
  CHECK(facts->overdue(noon) == 0);
  CHECK(facts->last->outcome == CanaryOutcome::visible);
  CHECK(facts->last->acknowledged);
  CHECK_FALSE(facts->last->log_unreadable);
  CHECK(facts->last->write_took == Duration(4ms));
  CHECK(facts->last->visible_after == Duration(1010ms));
  CHECK(facts->last->trouble == "none");
  CHECK(facts->last->evidence == std::vector<std::string>{"appended", "curl loki"});
}

TEST_CASE("Those that are overdue there are overdue here") {
  auto canary = visible_one();
  canary.overdue = 2;
  canary.in_flight = 2;
  canary.recent.clear();
  canary.last = CanaryReport();
  const auto facts = read(answer_with(canary));
  REQUIRE(facts.has_value());
  CHECK(facts->overdue(noon) == 2);
  CHECK_FALSE(facts->last->outcome.has_value());
}

TEST_CASE("One that was seen and not settled yet stands for the one that was settled before it") {
  auto canary = visible_one();
  canary.last->outcome.reset();
  CHECK(read(answer_with(canary))->last->outcome == CanaryOutcome::visible);
}

TEST_CASE("A daemon that cannot say anything of the route says why") {
  auto canary = visible_one();
  CHECK(why_not(read(answer_with(canary), "other")) == "the daemon watches no stack 'other'; it has: shop");
  CHECK(why_not(read(answer_with(canary), "shop", "stdout")) ==
        "the daemon has no route stdout for logs in its stack 'shop', so its configuration is another one; it has: "
        "app-files/logs");
  canary.recent.clear();
  canary.last.reset();
  CHECK(why_not(read(answer_with(canary))) == "the daemon has no settled canary of it yet (1 in flight)");
  canary.checked = false;
  canary.note = "only a daemon can write there";
  CHECK(why_not(read(answer_with(canary))) == "the daemon does not check it either (only a daemon can write there)");
}

TEST_CASE("A route of another signal is another route") {
  auto canary = visible_one();
  canary.signal = Signal::traces;
  CHECK_THAT(why_not(read(answer_with(canary))), Contains("it has: app-files/traces"));
}

TEST_CASE("What is no status of an lgtmwatch is told from one") {
  CHECK_THAT(why_not(read("<html>login</html>")), Contains("the answer is not JSON"));
  for (const auto* answer : {"{}", "[]", "null", R"({"stacks":{}})", R"({"status":"success","data":[]})"}) {
    CAPTURE(answer);
    CHECK_THAT(why_not(read(answer)), Catch::StartsWith("the answer is no status of an lgtmwatch: "));
  }
}

TEST_CASE("A status that was cut anywhere is not JSON") {
  const auto whole = answer_with(visible_one());
  for (std::size_t length = 0; length < whole.size(); length += 7)
    CHECK_THAT(why_not(read(whole.substr(0, length))), Contains("the answer is not JSON"));
}

TEST_CASE("A wrong type, a missing member or a word that is not known is named with its place") {
  const auto whole = answer_with(visible_one());
  const auto [what, by, named] = GENERATE(table<std::string, std::string, std::string>({
      {R"("recent":["visible")", R"("recent":["green")", "stacks[0].canaries[0].recent[0]: 'green' is no outcome"},
      {R"("recent":["visible","late"])", R"("recent":"visible")", "recent: expected an array, found a string"},
      {R"("recent")", R"("before")", "stacks[0].canaries[0].recent is missing"},
      {R"("overdue":0)", R"("overdue":"0")", "overdue: expected a number, found a string"},
      {R"("overdue":0)", R"("overdue":-1)", "overdue: -1 is out of range"},
      {R"("in_flight":1)", R"("in_flight":1e300)", "in_flight: 1e+300 is out of range"},
      {R"("write_seconds":4E-3)", R"("write_seconds":1e99)", "write_seconds: 1e+99 is out of range"},
      {R"("outcome":"visible")", R"("outcome":7)", "outcome: expected a string, found a number"},
      {R"("checked":true)", R"("checked":1)", "checked: expected a boolean"},
      {R"("evidence":["appended")", R"("evidence":[null)", "evidence[0]: expected a string, found null"},
  }));
  CAPTURE(what, by);
  const auto why = why_not(read(replaced(whole, what, by)));
  CHECK_THAT(why, Catch::StartsWith("the daemon tells it otherwise than this version of lgtmwatch does: "));
  CHECK_THAT(why, Contains(named));
}

TEST_CASE("Stacks and canaries that are none are passed over") {
  auto answer = replaced(answer_with(visible_one()), R"("stacks":[)", R"("stacks":[7,{"name":null},)");
  answer = replaced(answer, R"("canaries":[)", R"("canaries":["x",)");
  CHECK(read(answer).has_value());
}

TEST_CASE("What a daemon writes cannot take over a terminal") {
  auto canary = visible_one();
  canary.last->trouble = "red \x1b[31m";
  CHECK(read(answer_with(canary))->last->trouble == "red  [31m");
}

}  // namespace
