#include "daemon/history/availability_book.hpp"

#include <catch2/catch.hpp>

#include "tests/history/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

const AvailabilityKey stack{"shop"};
const AvailabilityKey logs{"shop", Signal::logs};
const AvailabilityKey path{"shop", Signal::logs, "shop@docker"};

struct Watched {
  Watched() { becomes(State::healthy); }

  void becomes(State state) {
    shop.verdict.state = state;
    shop.verdict.signals = {{Signal::logs, state}};
    shop.verdict.paths = {{"shop@docker", Signal::logs, {{Stage::source, State::healthy}, {Stage::receive, state}}}};
  }
  // As the daemon looks, again and again; in steps that are long, but short enough.
  void watch(Duration time) {
    const auto end = shop.at + time;
    book.look(shop.snapshot());
    while (shop.at < end) {
      shop.at = std::min(end, shop.at + 1min);
      book.look(shop.snapshot());
    }
  }
  std::string day_of(const AvailabilityKey& key) const {
    const auto* series = book.find(key);
    return series ? availability_text(book.over(*series, 24h)) : "none";
  }

  Shop shop;
  AvailabilityBook book;
};

TEST_CASE("Stack, signal and path each have their availability, until the last look") {
  Watched watched;
  watched.watch(9h);
  watched.becomes(State::broken);
  watched.watch(3h);
  for (const auto& key : {stack, logs, path}) CHECK(watched.day_of(key) == "75.00 % (50 % of the time known)");
  CHECK(watched.book.of_stack("shop").size() == 3);
  CHECK(watched.book.of_stack("sho").empty());
}

TEST_CASE("That a state lasts is no change that would have to be written") {
  Watched watched;
  watched.watch(1min);
  CHECK(watched.book.take_changed().size() == 3);
  watched.watch(1h);
  CHECK(watched.book.take_changed().empty());
  watched.becomes(State::degraded);
  watched.watch(1min);
  CHECK(watched.book.take_changed().size() == 3);
}

TEST_CASE("Unknown is neither, and no look for more than a minute is unknown too") {
  Watched watched;
  watched.watch(6h);
  watched.becomes(State::unknown);
  watched.watch(6h);
  CHECK(watched.day_of(logs) == "100 % (25 % of the time known)");
  watched.becomes(State::healthy);
  watched.watch(2h);
  watched.shop.at += 10h;
  watched.book.look(watched.shop.snapshot());
  CHECK(watched.day_of(logs) == "100 % (33 % of the time known)");
}

AvailabilityBook restarted(const Watched& before, WallTime watched_until) {
  AvailabilityBook book;
  book.restore(before.book.of_stack("shop"), watched_until);
  return book;
}

TEST_CASE("The time in which lgtmwatch did not run is unknown, however short it was") {
  Watched watched;
  watched.watch(6h);
  watched.becomes(State::broken);
  watched.watch(3h);
  const auto down = GENERATE(Duration(30s), Duration(12h));
  watched.book = restarted(watched, watched.shop.at);
  watched.shop.at += down;
  watched.becomes(State::healthy);
  watched.watch(3h);
  const auto known = watched.book.over(*watched.book.find(logs), 48h).spent;
  CHECK(known[static_cast<std::size_t>(Standing::healthy)] == 9h);
  CHECK(known[static_cast<std::size_t>(Standing::broken)] == 3h);
}

TEST_CASE("What is not watched any more is unknown from then on, and forgotten after a month") {
  Watched watched;
  watched.watch(6h);
  watched.shop.verdict.paths.clear();
  watched.watch(6h);
  CHECK(watched.day_of(path) == "100 % (25 % of the time known)");
  CHECK(watched.day_of(logs) == "100 % (50 % of the time known)");
  watched.shop.plan->name = "bank";
  watched.watch(1min);
  CHECK(watched.day_of(logs) == "100 % (50 % of the time known)");
  (void)watched.book.take_changed();
  watched.shop.at += 24h * 32;
  watched.watch(1min);
  CHECK(watched.book.of_stack("shop").empty());
  CHECK(watched.book.take_changed().contains(path));
}

TEST_CASE("While a window of maintenance covers a signal its time does not count") {
  Watched watched;
  watched.shop.plan->maintenance = {{{Signal::logs}, noon + 6h, noon + 12h, false}};
  watched.watch(6h);
  watched.becomes(State::broken);
  watched.watch(6h);
  CHECK(watched.day_of(logs) == "100 % (33 % of the time known)");
  CHECK(watched.day_of(path) == "100 % (33 % of the time known)");
  CHECK(watched.day_of(stack) == "50.00 % (50 % of the time known)");
}

TEST_CASE("A clock that is set back counts nothing twice") {
  Watched watched;
  watched.watch(6h);
  watched.shop.at -= 2h;
  watched.becomes(State::broken);
  watched.watch(4h);
  const auto spent = watched.book.over(*watched.book.find(logs), 24h).spent;
  CHECK(spent[static_cast<std::size_t>(Standing::healthy)] + spent[static_cast<std::size_t>(Standing::broken)] <= 8h);
  CHECK(watched.book.over(*watched.book.find(logs), 24h).known() <= 1);
}

}  // namespace
