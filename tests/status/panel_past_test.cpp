#include "daemon/status/panel_past.hpp"

#include <catch2/catch.hpp>

#include "tests/status/support.hpp"

namespace lgtmwatch {

using namespace test;

namespace {

using std::chrono::minutes;

// One run a minute, each with the age of the newest data in minutes; -1: empty.
PanelPast after(const std::vector<int>& ages) {
  PanelPast past;
  auto at = noon;
  for (const int age : ages) {
    PanelAnswer panel;
    panel.state = age < 0 ? PanelState::empty : PanelState::data;
    if (age >= 0) panel.newest = at - minutes(age);
    past = advance(past, panel, at);
    at += minutes(1);
  }
  return past;
}

}  // namespace

TEST_CASE("Data that is new in every run makes a panel steady") {
  CHECK(after({0, 0, 1, 0}).with_data == 3);  // the third run found nothing newer
  CHECK_FALSE(after({0, 0, 1, 0}).broken_off);
}

TEST_CASE("A single record that stays in sight for an hour makes no panel steady") {
  std::vector<int> ages;
  for (int age = 0; age < 60; ++age) ages.push_back(age);
  ages.push_back(-1);
  CHECK(after(ages).with_data == 1);
  CHECK(after({30, 31, 32, -1, -1}).with_data == 0);
}

TEST_CASE("A panel whose data grows old before it is empty was steady once") {
  const auto past = after({0, 0, 0, 5, 11, 12, -1, -1});
  CHECK(past.with_data == 3);
  CHECK(past.empty == 2);
  CHECK(past.aged);
  CHECK_FALSE(past.broken_off);
}

TEST_CASE("A panel whose data is new again after a gap comes and goes") {
  CHECK(after({0, 0, 0, 15, 0}).broken_off);
  CHECK(after({0, 0, 0, 15, 0}).with_data == 1);
  CHECK(after({0, 0, -1, 0}).broken_off);
  CHECK(after({0, 0, -1, 15}).broken_off);
}

TEST_CASE("Failures in a row are counted, and end with the first answer") {
  PanelAnswer failing;
  failing.state = PanelState::error;
  auto past = advance(advance({}, failing, noon), failing, noon);
  CHECK(past.failing == 2);
  CHECK(advance(past, PanelAnswer(), noon).failing == 2);
  PanelAnswer data;
  data.state = PanelState::data;
  past = advance(past, data, noon);
  CHECK(past.failing == 0);
  CHECK(past.with_data == 1);
}

}  // namespace lgtmwatch
