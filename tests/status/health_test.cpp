#include "daemon/status/health.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace {

using namespace lgtmwatch;

// g: good, b: bad news as facts, e: an error.
std::shared_ptr<const RunRecord> run_of(char kind) {
  Readiness readiness;
  readiness.ready = kind == 'g';
  if (kind == 'e') return std::make_shared<RunRecord>(Error(Phase::connect, Reason::refused, "refused"));
  return std::make_shared<RunRecord>(Observation(readiness));
}

char letter_of(Transition transition) {
  switch (transition) {
    case Transition::unchanged: return '=';
    case Transition::pending: return '~';
    case Transition::changed: return '!';
  }
  return ' ';
}

struct Outcome {
  std::string transitions;
  std::string settled;  // the kind of the run that counts after each
};

Outcome play(const std::string& runs, int confirmations) {
  Outcome outcome;
  Health health;
  std::map<const RunRecord*, char> kinds;
  std::vector<std::shared_ptr<const RunRecord>> kept;
  for (const char kind : runs) {
    const auto run = run_of(kind);
    kept.push_back(run);
    kinds[run.get()] = kind;
    auto next = advance(health, run, confirmations);
    outcome.transitions += letter_of(next.transition);
    outcome.settled += kinds[next.health.settled.get()];
    health = std::move(next.health);
  }
  return outcome;
}

TEST_CASE("Bad news counts once it is confirmed, good news at once, and the first run whatever it says") {
  struct Case {
    const char* name;
    int confirmations;
    const char* runs;
    const char* transitions;
    const char* settled;
  };
  const auto test_case = GENERATE(
      Case{"all is well", 2, "ggg", "!==", "ggg"}, Case{"first run bad", 2, "b", "!", "b"},
      Case{"first run an error", 2, "e", "!", "e"}, Case{"one lost packet", 2, "geg", "!~=", "ggg"},
      Case{"confirmed", 2, "gee", "!~!", "gge"}, Case{"confirmed by another kind", 2, "gbe", "!~!", "gge"},
      Case{"every other run bad", 2, "gegege", "!~=~=~", "gggggg"}, Case{"recovery at once", 2, "geeg", "!~!!", "ggeg"},
      Case{"stays bad", 2, "eee", "!==", "eee"}, Case{"the newest bad news counts", 2, "ebe", "!==", "ebe"},
      Case{"bad, good, bad", 2, "ege", "!!~", "egg"}, Case{"three confirmations", 3, "geee", "!~~!", "ggge"},
      Case{"three confirmations, interrupted", 3, "geegee", "!~~=~~", "gggggg"},
      Case{"a single look", 1, "geg", "!!!", "geg"});
  CAPTURE(test_case.name);
  const auto outcome = play(test_case.runs, test_case.confirmations);
  CHECK(outcome.transitions == test_case.transitions);
  CHECK(outcome.settled == test_case.settled);
}

TEST_CASE("Bad runs in a row are counted and good ones forget them") {
  Health health;
  for (const char kind : std::string("ebe")) health = advance(std::move(health), run_of(kind), 2).health;
  CHECK(health.bad_in_a_row == 3);
  health = advance(std::move(health), run_of('g'), 2).health;
  CHECK(health.bad_in_a_row == 0);
}

TEST_CASE("Which facts are bad news") {
  struct Case {
    const char* name;
    Observation observation;
    bool good;
  };
  AlloyController rejected;
  rejected.config_loaded = false;
  MimirTenant only_own;
  only_own.jobs = 3;
  MimirTenant with_application = only_own;
  with_application.application_jobs = 1;
  SignalAnswer accepted;
  SignalAnswer refused;
  refused.refusal = Error(Phase::content, Reason::not_found, "404");
  const std::vector<Case> cases{{"ready", Readiness{true, ""}, true},
                                {"not ready", Readiness{false, "starting"}, false},
                                {"a version", BuildInfo{"unknown"}, true},
                                {"no labels", LokiLabels{0}, false},
                                {"a label", LokiLabels{1}, true},
                                {"no services", TempoServices{0}, false},
                                {"a service", TempoServices{1}, true},
                                {"no application jobs", only_own, false},
                                {"an application job", with_application, true},
                                {"nothing new: max_age is its own patience", NewestRecord{}, true},
                                {"configuration unknown", AlloyController{}, true},
                                {"configuration rejected", rejected, false},
                                {"all accepted", ReceiverAnswers{{accepted, accepted}}, true},
                                {"one refused", ReceiverAnswers{{accepted, refused}}, false}};
  for (const auto& test_case : cases) {
    CAPTURE(test_case.name);
    CHECK(is_good_news(test_case.observation) == test_case.good);
  }
}

}  // namespace
