// lgtmwatch verify: one look at everything, for CI, with an honest exit code.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>

#include "daemon/base/task_group.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/read_config.hpp"
#include "daemon/net/grpc_client.hpp"
#include "daemon/net/http_client.hpp"
#include "daemon/serve/api.hpp"
#include "daemon/serve/summary.hpp"
#include "daemon/watch.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr int one_look = 1;
constexpr auto ask_again_after = std::chrono::seconds(2);
constexpr auto between_readings = std::chrono::seconds(10);

struct VerifyFlags {
  std::string config_file;
  std::string timeout = "90s";
  std::string format = "text";
  std::string stack;
  std::string fail_on = "broken";
};

// Asks everything, and everything again while something says "not ready yet" and there is time: Loki, Mimir and Cortex
// say so for 15 s from the first time that they are asked. The other answers would be old by then.
asio::awaitable<void> look(Watch& watch, const Clock& clock, Deadline deadline) {
  co_await watch.run_at_once(watch.all_probes());
  while (!watch.not_ready_yet().empty() && clock.now() + ask_again_after < deadline.at()) {
    co_await clock.sleep_until(clock.now() + ask_again_after);
    co_await watch.run_at_once(watch.all_probes());
  }
}

// One reading of a counter tells nothing. False where no time is left for a second one.
asio::awaitable<bool> read_counters_again(Watch& watch, const Clock& clock, Deadline deadline) {
  auto counting = watch.have_read_counters();
  if (counting.empty()) co_return true;
  const auto second = clock.now() + between_readings;
  if (second >= deadline.at()) co_return false;
  co_await clock.sleep_until(second);
  co_await watch.run_at_once(std::move(counting));
  co_return true;
}

// On standard error, beside every format. What no counter tells is unknown to the rules, not to the criteria.
void say_that_counters_were_read_once() {
  fmt::print(stderr,
             "note: counters of Alloy and of the backends were read only once, so that what they alone tell is not in "
             "this verdict\nhint: --timeout leaves no 10s between two readings; give it 15s or more\n");
}

// The exit code is what tell(snapshot) gives.
int look_once(const Plan& plan, Duration timeout, const std::function<int(const Snapshot&)>& tell) {
  asio::io_context io(1);
  const SystemClock clock;
  const auto resolver = make_resolver(io.get_executor());
  const auto http = make_http_client(io.get_executor(), *resolver);
  const auto grpc = make_grpc_client(io.get_executor(), *resolver);
  Watch watch(plan, Clients{*http, *grpc}, clock, one_look);
  std::exception_ptr failure;
  TaskGroup tasks(io.get_executor(), [&](std::exception_ptr thrown) { failure = thrown; });
  asio::steady_timer time_is_up(io, timeout);
  time_is_up.async_wait([&](boost::system::error_code) { watch.cancel_runs_at_once(); });
  const Deadline deadline(clock.now() + timeout);
  const auto whole = [&]() -> asio::awaitable<void> {
    co_await look(watch, clock, deadline);
    const bool read_twice = co_await read_counters_again(watch, clock, deadline);
    if (!read_twice) say_that_counters_were_read_once();
    time_is_up.cancel();
  };
  tasks.spawn(whole());
  io.run();
  if (failure) std::rethrow_exception(failure);
  const int code = tell(*watch.store().publish(clock.wall()));
  if (resolver->in_flight() > 0) {  // getaddrinfo cannot be cancelled, and waiting for it may take for ever
    std::fflush(stdout);
    std::_Exit(code);
  }
  return code;
}

int exit_code_of(const Snapshot& snapshot, State fails) {
  bool unknown = false;
  for (const auto& stack : snapshot.stacks) {
    if (stack->verdict.state >= fails) return 1;
    if (stack->verdict.state == State::unknown) unknown = true;
    for (const auto& criterion : stack->verdict.criteria) unknown = unknown || criterion.state == State::unknown;
  }
  return unknown ? 3 : 0;
}

std::string rendered(const Snapshot& snapshot, const std::string& format) {
  if (format == "json") return boost::json::serialize(status_json(snapshot)) + "\n";
  if (format == "junit") return summary_junit(snapshot);
  if (format == "markdown") return summary_markdown(snapshot);
  return summary_text(snapshot);
}

std::optional<Plan> chosen_stacks(Plan plan, const std::string& name) {
  if (name.empty()) return plan;
  std::string known;
  for (const auto& stack : plan.stacks) known += (known.empty() ? "" : ", ") + stack.name;
  std::erase_if(plan.stacks, [&](const StackPlan& stack) { return stack.name != name; });
  if (!plan.stacks.empty()) return plan;
  fmt::print(stderr, "error: there is no stack '{}'\nhint: the configuration has: {}\n", name, known);
  return std::nullopt;
}

int verify(const VerifyFlags& flags, const Outside& outside) {
  const auto timeout = parse_duration(flags.timeout);
  if (!timeout || *timeout <= Duration::zero()) {
    fmt::print(stderr, "error: --timeout: '{}' is not a duration\nhint: write it as 90s or 2m\n", flags.timeout);
    return 2;
  }
  auto config = read_config(flags.config_file, outside);
  if (!config) return 2;
  const auto plan = chosen_stacks(std::move(*config->loaded.plan), flags.stack);
  if (!plan) return 2;
  const auto fails = flags.fail_on == "degraded" ? State::degraded : State::broken;
  return look_once(*plan, *timeout, [&](const Snapshot& snapshot) {
    fmt::print("{}", rendered(snapshot, flags.format));
    return exit_code_of(snapshot, fails);
  });
}

}  // namespace

void add_verify_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto flags = std::make_shared<VerifyFlags>();
  auto* command = app.add_subcommand(
      "verify", "One look at everything. Exits 0 all holds, 1 broken, 2 wrong configuration, 3 unknown");
  command->add_option("--config.file", flags->config_file, "Configuration file")
      ->required()
      ->envname("LGTMWATCH_CONFIG_FILE");
  command->add_option("--timeout", flags->timeout, "How long the whole look may take")->capture_default_str();
  command->add_option("--format", flags->format, "text, json, junit or markdown")
      ->check(CLI::IsMember({"text", "json", "junit", "markdown"}))
      ->capture_default_str();
  command->add_option("--stack", flags->stack, "Looks at this stack only");
  command->add_option("--fail-on", flags->fail_on, "State from which on it exits 1: broken or degraded")
      ->check(CLI::IsMember({"broken", "degraded"}))
      ->capture_default_str();
  command->callback([flags, &outside, &exit_code] { exit_code = verify(*flags, outside); });
}

}  // namespace lgtmwatch
