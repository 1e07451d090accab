#include "probes/canary/old_canaries.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace lgtmwatch;
using namespace std::chrono_literals;
using enum CanaryLookResult;

constexpr WallTime start{1'795'352'400s};
const std::vector<CanaryLookPlan> looks{{"1h", CanaryRead::query, 1h, 2h, 60s, 1h},
                                        {"13h", CanaryRead::query, 13h, 14h, 60s, 1h}};

OldCanary written_after(Duration time) {
  OldCanary canary;
  canary.run = "3f9c01ab";
  canary.sequence = static_cast<std::uint64_t>(time / 1min) + 1;
  canary.written = start + time;
  canary.read_from = "http://loki:3100";
  return canary;
}

TEST_CASE("The first canary of each hour is remembered") {
  OldCanaries old;
  CHECK(old.remember(written_after(0min)));
  CHECK_FALSE(old.remember(written_after(59min)));
  CHECK(old.remember(written_after(60min)));
}

TEST_CASE("A canary is due at each age once") {
  OldCanaries old;
  old.remember(written_after(0min));
  CHECK_FALSE(old.next(looks, start + 59min));
  const auto due = old.next(looks, start + 61min);
  REQUIRE(due);
  CHECK(due->look.name == "1h");
  CHECK_FALSE(old.next(looks, start + 61min));
  const auto judged = old.judge(*due, found, start + 61min);
  REQUIRE(judged);
  CHECK(judged->judged_at == 1h);
  CHECK_FALSE(old.next(looks, start + 62min));
  CHECK(old.next(looks, start + 13h)->look.name == "13h");
}

TEST_CASE("What is missing is asked for twice, and what cannot be asked until the end of the look") {
  OldCanaries old;
  old.remember(written_after(0min));
  auto due = *old.next(looks, start + 1h);
  SECTION("missing") {
    CHECK_FALSE(old.judge(due, missing, start + 1h));
    due = *old.next(looks, start + 61min);
    CHECK(old.judge(due, missing, start + 61min));
  }
  SECTION("missing at first only") {
    CHECK_FALSE(old.judge(due, missing, start + 1h));
    due = *old.next(looks, start + 61min);
    CHECK(old.judge(due, found, start + 61min));
  }
  SECTION("unknown") {
    CHECK_FALSE(old.judge(due, unknown, start + 90min));
    due = *old.next(looks, start + 119min);
    CHECK(old.judge(due, unknown, start + 119min));
  }
}

TEST_CASE("Each canary is asked for twice before it is missing, whatever became of another") {
  OldCanaries old;
  old.remember(written_after(0min));
  old.remember(written_after(11h + 30min));
  const auto young = old.next(looks, start + 13h - 1s);
  REQUIRE(young);
  CHECK(young->canary.written == start + 11h + 30min);
  CHECK_FALSE(old.judge(*young, missing, start + 13h - 1s));
  const auto older = old.next(looks, start + 13h);
  REQUIRE(older);
  CHECK(older->canary.written == start);
  CHECK_FALSE(old.judge(*older, missing, start + 13h));
}

TEST_CASE("An age that passed while nobody looked is left out") {
  OldCanaries old;
  old.remember(written_after(0min));
  CHECK_FALSE(old.next(looks, start + 3h));
  CHECK(old.next(looks, start + 13h)->look.name == "13h");
}

TEST_CASE("What has no look left, or was written for another backend, is forgotten") {
  OldCanaries old;
  old.remember(written_after(0min));
  old.remember(written_after(10h));
  CHECK(old.forget(looks, "http://loki:3100", start + 13h).empty());
  const auto done = old.forget(looks, "http://loki:3100", start + 14h);
  REQUIRE(done.size() == 1);
  CHECK(done.front().written == start);
  CHECK(old.forget(looks, "http://other:3100", start + 14h).size() == 1);
}

}  // namespace
