#include <catch2/catch.hpp>
#include <random>

#include "probes/canary/canary_machine.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::canary_event;
using namespace std::chrono_literals;

constexpr CanaryPatience patience{1s, 30s, 10min, 1h, 5s};

Duration wait_of(const CanaryAction& action) {
  REQUIRE(std::holds_alternative<canary_action::Wait>(action));
  return std::get<canary_action::Wait>(action).until_age;
}

std::string outcome_of(const CanaryAction& action) {
  const auto* settled = std::get_if<canary_action::Settle>(&action);
  return settled ? std::string(to_string(settled->outcome)) : "not settled";
}

bool is_read(const CanaryAction& action) { return std::holds_alternative<canary_action::Read>(action); }

// A canary whose write was acknowledged after a millisecond.
CanaryMachine acknowledged() {
  CanaryMachine machine(patience);
  CHECK(std::holds_alternative<canary_action::Write>(machine.next(Begun(), 0s)));
  CHECK(wait_of(machine.next(Acknowledged(), 1ms)) == 1s);
  return machine;
}

CanaryMachine unanswered() {
  CanaryMachine machine(patience);
  machine.next(Begun(), 0s);
  CHECK(wait_of(machine.next(Unanswered(), 5s)) == 5s);
  return machine;
}

TEST_CASE("A canary that is seen in time and once is visible after the confirming read, not before") {
  auto machine = acknowledged();
  CHECK(is_read(machine.next(Woken(), 1s)));
  CHECK(wait_of(machine.next(Seen{}, 1010ms)) == 6010ms);
  CHECK(is_read(machine.next(Woken(), 6010ms)));
  CHECK(outcome_of(machine.next(Seen{}, 6020ms)) == "visible");
  CHECK(machine.visible_after() == std::optional<Duration>(1010ms));
}

TEST_CASE("A canary of which the confirming read finds two is a duplicate, also where the first read found one") {
  auto machine = acknowledged();
  machine.next(Seen{1, 0}, 1s);
  CHECK(outcome_of(machine.next(Seen{2, 0}, 6s)) == "duplicate");
}

TEST_CASE("A canary of which a copy is altered is corrupt") {
  auto machine = acknowledged();
  machine.next(Seen{1, 1}, 1s);
  CHECK(outcome_of(machine.next(Seen{2, 1}, 6s)) == "corrupt");
}

TEST_CASE("A canary is late where a read that worked had not found it at its deadline") {
  auto machine = acknowledged();
  machine.next(NotSeen(), 30s);
  machine.next(Seen{}, 40s);
  CHECK(outcome_of(machine.next(Seen{}, 45s)) == "late");
}

TEST_CASE("A canary that was found by the first read that worked after its deadline is not called late") {
  auto machine = acknowledged();
  machine.next(ReadFailed(), 1s);
  machine.next(ReadFailed(), 30s);
  machine.next(Seen{}, 5min);
  CHECK(outcome_of(machine.next(Seen{}, 305s)) == "visible");
  CHECK_FALSE(machine.visible_after().has_value());
}

TEST_CASE("A read falls on the deadline and one on lost_after, whatever the pace before") {
  auto machine = acknowledged();
  CHECK(wait_of(machine.next(NotSeen(), 29s)) == 30s);
  CHECK(wait_of(machine.next(NotSeen(), 585s)) == 600s);
}

TEST_CASE("Reads grow rarer with the age of the canary, and never come in a burst") {
  auto machine = acknowledged();
  CHECK(wait_of(machine.next(NotSeen(), 10ms)) == 30ms);
  CHECK(wait_of(machine.next(NotSeen(), 4s)) == 6s);
  CHECK(wait_of(machine.next(NotSeen(), 20s)) == 25s);
  CHECK(wait_of(machine.next(NotSeen(), 2min)) == 150s);
}

TEST_CASE("An acknowledged canary that a read does not find at lost_after is lost") {
  auto machine = acknowledged();
  CHECK(outcome_of(machine.next(NotSeen(), 599s)) == "not settled");
  CHECK(outcome_of(machine.next(NotSeen(), 600s)) == "lost");
}

TEST_CASE("While the read path is down nothing is lost, and it is asked again afterwards") {
  auto machine = acknowledged();
  CHECK(outcome_of(machine.next(ReadFailed(), 10min)) == "not settled");
  CHECK(outcome_of(machine.next(ReadFailed(), 59min)) == "not settled");
  SECTION("it is there") {
    machine.next(Seen{}, 3590s);
    CHECK(outcome_of(machine.next(Seen{}, 3595s)) == "visible");
  }
  SECTION("it is not there") { CHECK(outcome_of(machine.next(NotSeen(), 3590s)) == "lost"); }
  SECTION("it can never be asked") { CHECK(outcome_of(machine.next(ReadFailed(), 1h)) == "unknown"); }
}

TEST_CASE("A refused write is rejected at once and never counted lost") {
  CanaryMachine machine(patience);
  machine.next(Begun(), 0s);
  CHECK(outcome_of(machine.next(Refused(), 2ms)) == "rejected");
}

TEST_CASE("A write without an answer is visible where it is found, else unacknowledged, never lost") {
  auto machine = unanswered();
  SECTION("found") {
    machine.next(Seen{}, 6s);
    CHECK(outcome_of(machine.next(Seen{}, 11s)) == "visible");
  }
  SECTION("not found") { CHECK(outcome_of(machine.next(NotSeen(), 10min)) == "unacknowledged"); }
}

TEST_CASE("A canary that was seen is settled by its sight where the confirming read fails or finds nothing") {
  auto machine = acknowledged();
  machine.next(Seen{}, 2s);
  SECTION("finds nothing") { CHECK(outcome_of(machine.next(NotSeen(), 7s)) == "visible"); }
  SECTION("fails for ever") {
    CHECK(outcome_of(machine.next(ReadFailed(), 7s)) == "not settled");
    CHECK(outcome_of(machine.next(ReadFailed(), 1h)) == "visible");
  }
}

TEST_CASE("A canary is overdue from its deadline until it is seen") {
  auto machine = acknowledged();
  CHECK_FALSE(machine.is_overdue(30s));
  CHECK(machine.is_overdue(31s));
  machine.next(Seen{}, 32s);
  CHECK_FALSE(machine.is_overdue(33s));
}

CanaryState seen_and_missed() {
  CanaryState state;
  state.acknowledged = true;
  state.missed_deadline = true;
  state.seen_at_age = 40s;
  return state;
}

TEST_CASE("A machine made from what was kept goes on where the first one was") {
  auto machine = acknowledged();
  machine.next(NotSeen(), 30s);
  machine.next(Seen{}, 40s);
  CHECK(machine.state() == seen_and_missed());
  CanaryMachine again(patience, machine.state());
  CHECK(wait_of(again.next(Resumed(), 42s)) == 45s);
  CHECK(is_read(again.next(Woken(), 50s)));
  CHECK(outcome_of(again.next(Seen{}, 51s)) == "late");
}

TEST_CASE("A canary that was not read for a while is read at once, and when it came is not known") {
  CanaryMachine machine(patience, acknowledged().state());
  SECTION("before its first read nothing was missed") {
    CHECK(wait_of(machine.next(Resumed(), 300ms)) == 1s);
    machine.next(Seen{}, 1s);
    CHECK(machine.visible_after() == std::optional<Duration>(1s));
  }
  SECTION("after it") {
    CHECK(wait_of(machine.next(Resumed(), 5min)) == 5min);
    machine.next(Seen{}, 5min);
    CHECK_FALSE(machine.visible_after());
    CHECK(outcome_of(machine.next(Seen{}, 6min)) == "visible");
  }
}

TEST_CASE("A canary that outlived its horizon unread is settled by what was known, and is never lost") {
  CHECK(outcome_of(CanaryMachine(patience, acknowledged().state()).next(Resumed(), 1h)) == "unknown");
  CHECK(outcome_of(CanaryMachine(patience, seen_and_missed()).next(Resumed(), 1h)) == "late");
}

// Whatever happens to a canary: what its outcome claims was seen to be so.
struct Witness {
  bool acknowledged = false;
  bool refused = false;
  bool seen = false;
  bool missed_at_lost_after = false;
  bool missed_at_deadline = false;
};

void check_claim(CanaryOutcome outcome, const Witness& witness) {
  switch (outcome) {
    case CanaryOutcome::visible:
    case CanaryOutcome::duplicate:
    case CanaryOutcome::corrupt: CHECK(witness.seen); break;
    case CanaryOutcome::late: CHECK((witness.seen && witness.missed_at_deadline)); break;
    case CanaryOutcome::lost: CHECK((witness.acknowledged && !witness.seen && witness.missed_at_lost_after)); break;
    case CanaryOutcome::rejected: CHECK((witness.refused && !witness.seen)); break;
    case CanaryOutcome::unacknowledged: CHECK((!witness.acknowledged && !witness.seen)); break;
    case CanaryOutcome::unknown: CHECK_FALSE(witness.seen); break;
  }
}

void live_through(std::mt19937& random) {
  CanaryMachine machine(patience);
  Witness witness;
  Duration age{};
  auto action = machine.next(Begun(), age);
  for (int step = 0; step < 2000; ++step) {
    const auto luck = random() % 100;
    if (const auto* settled = std::get_if<canary_action::Settle>(&action))
      return check_claim(settled->outcome, witness);
    if (step > 0 && random() % 20 == 0) {  // the process is another from here on
      machine = CanaryMachine(patience, machine.state());
      age += std::chrono::seconds(random() % 600);
      action = machine.next(Resumed(), age);
      continue;
    }
    if (const auto* wait = std::get_if<canary_action::Wait>(&action)) {
      REQUIRE(wait->until_age >= age);
      age = wait->until_age;
      action = machine.next(Woken(), age);
    } else if (is_read(action)) {
      age += 10ms;
      if (luck < 10) {
        action = machine.next(Seen{1 + random() % 2, random() % 2}, age);
        witness.seen = true;
      } else if (luck < 40) {
        action = machine.next(NotSeen(), age);
        witness.missed_at_deadline |= !witness.seen && age >= patience.deadline;
        witness.missed_at_lost_after |= age >= patience.lost_after;
      } else {
        action = machine.next(ReadFailed(), age);
      }
    } else {
      age += 1ms;
      witness.acknowledged = luck < 60;
      witness.refused = luck >= 90;
      action = witness.acknowledged ? machine.next(Acknowledged(), age)
               : witness.refused    ? machine.next(Refused(), age)
                                    : machine.next(Unanswered(), age);
    }
  }
  FAIL("never settled");
}

TEST_CASE("However a canary lives, it is settled, and its outcome claims only what was seen") {
  std::mt19937 random(20261125);
  for (int life = 0; life < 3000; ++life) live_through(random);
}

}  // namespace
