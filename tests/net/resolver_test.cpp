#include "daemon/net/resolver.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "daemon/base/task_group.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr const char* unknown = "name.invalid";  // reserved: exists nowhere (RFC 6761)

using Outcome = std::optional<Result<asio::ip::address>>;

struct Bench {
  ~Bench() {
    tasks.cancel();
    settle(io);
  }

  asio::awaitable<void> look_up(std::string host, Duration patience, Outcome& outcome) {
    outcome = co_await resolver->resolve(host, Deadline(std::chrono::steady_clock::now() + patience));
  }

  Result<asio::ip::address> resolve(const std::string& host, Duration patience = 20s) {
    Outcome outcome;
    run_to_end(io, look_up(host, patience, outcome));
    return *outcome;
  }

  asio::io_context io{1};
  std::unique_ptr<Resolver> resolver = make_resolver(io.get_executor());
  TaskGroup tasks{io.get_executor(), rethrow};
};

TEST_CASE("Numeric addresses need no look-up, and no time") {
  const std::string address = GENERATE(as<std::string>(), "127.0.0.1", "10.1.2.3", "::1", "fd00::2");
  CAPTURE(address);
  Bench bench;
  Outcome outcome;
  auto at_once = [&]() -> asio::awaitable<void> {
    bench.tasks.spawn(bench.look_up(address, -1s, outcome));
    CHECK(bench.resolver->in_flight() == 0);
    co_return;
  };
  run_to_end(bench.io, at_once());
  settle(bench.io);
  REQUIRE(outcome.has_value());
  CHECK(outcome->value().to_string() == address);
}

TEST_CASE("A name that is known resolves, to IPv4 where it has such an address") {
  Bench bench;
  CHECK(bench.resolve("localhost").value().to_string() == "127.0.0.1");
  CHECK(bench.resolver->in_flight() == 0);
}

TEST_CASE("A name that nobody knows is an error of the name, and names it") {
  Bench bench;
  const auto begin = std::chrono::steady_clock::now();
  const auto address = bench.resolve(unknown, 2s);
  REQUIRE(address.has_error());
  CHECK((address.error().reason == Reason::dns || address.error().reason == Reason::timeout));
  CHECK(address.error().phase == Phase::resolve);
  CHECK_THAT(address.error().what, Catch::Contains("'name.invalid'"));
  CHECK_FALSE(address.error().hint.empty());
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("What is no name at all is an error too") {
  const std::string host = GENERATE(as<std::string>(), "", " ", "a b", "..", std::string(300, 'a'));
  CAPTURE(host);
  Bench bench;
  const auto address = bench.resolve(host, 5s);
  REQUIRE(address.has_error());
  CHECK(address.error().phase == Phase::resolve);
}

TEST_CASE("All who wait for one name share one look-up, and all get its outcome") {
  Bench bench;
  Outcome first;
  Outcome second;
  Outcome other;
  std::size_t shared = 0;
  std::size_t both = 0;
  auto ask = [&]() -> asio::awaitable<void> {
    bench.tasks.spawn(bench.look_up("localhost", 20s, first));
    bench.tasks.spawn(bench.look_up("localhost", 20s, second));
    shared = bench.resolver->in_flight();
    bench.tasks.spawn(bench.look_up(unknown, 20s, other));
    both = bench.resolver->in_flight();
    co_await bench.tasks.join();
  };
  run_to_end(bench.io, ask());
  CHECK(shared == 1);
  CHECK(both == 2);
  CHECK(first.value().value() == second.value().value());
  CHECK(other.value().has_error());
  CHECK(bench.resolver->in_flight() == 0);
}

TEST_CASE("The deadline ends the wait, while the look-up goes on") {
  Bench bench;
  Outcome outcome;
  std::size_t looking_up = 0;
  const auto begin = std::chrono::steady_clock::now();
  auto ask = [&]() -> asio::awaitable<void> {
    bench.tasks.spawn(bench.look_up(unknown, -1s, outcome));
    looking_up = bench.resolver->in_flight();
    co_await bench.tasks.join();
  };
  run_to_end(bench.io, ask());
  CHECK(looking_up == 1);
  REQUIRE(outcome.value().has_error());
  CHECK(outcome->error().phase == Phase::resolve);
  CHECK(std::chrono::steady_clock::now() - begin < 2s);
}

TEST_CASE("Cancellation ends the wait at once") {
  Bench bench;
  Outcome outcome;  // may come nevertheless, where the look-up was quick
  const auto begin = std::chrono::steady_clock::now();
  auto ask = [&]() -> asio::awaitable<void> {
    bench.tasks.spawn(bench.look_up(unknown, 1h, outcome));
    bench.tasks.cancel();
    co_await bench.tasks.join();
  };
  run_to_end(bench.io, ask());
  CHECK(bench.tasks.size() == 0);
  CHECK(std::chrono::steady_clock::now() - begin < 2s);
}

TEST_CASE("One waiter that is cancelled does not take the look-up from the others") {
  Bench bench;
  TaskGroup impatient(bench.io.get_executor(), rethrow);
  Outcome kept;
  Outcome dropped;
  auto ask = [&]() -> asio::awaitable<void> {
    impatient.spawn(bench.look_up("localhost", 20s, dropped));
    bench.tasks.spawn(bench.look_up("localhost", 20s, kept));
    impatient.cancel();
    co_await impatient.join();
    co_await bench.tasks.join();
  };
  run_to_end(bench.io, ask());
  CHECK(impatient.size() == 0);
  CHECK(kept.value().has_value());
}

TEST_CASE("A resolver can be destroyed while it looks up names") {
  asio::io_context io(1);
  auto resolver = make_resolver(io.get_executor());
  TaskGroup tasks(io.get_executor(), rethrow);
  auto ask = [&](std::string host) -> asio::awaitable<void> {
    (void)co_await resolver->resolve(host, Deadline(std::chrono::steady_clock::now() + 1h));
  };
  std::size_t looking_up = 0;
  auto ask_many = [&]() -> asio::awaitable<void> {
    for (int i = 0; i < 20; ++i) tasks.spawn(ask("name" + std::to_string(i) + ".invalid"));
    looking_up = resolver->in_flight();
    tasks.cancel();
    co_return;
  };
  run_to_end(io, ask_many());
  resolver.reset();
  settle(io);
  CHECK(looking_up == 20);
  CHECK(tasks.size() == 0);
}

}  // namespace
