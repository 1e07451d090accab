// lgtmwatch canary: one round of canaries into one receiver, from wherever it is started.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <memory>

#include "daemon/commands/canary_report.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/complain.hpp"
#include "daemon/commands/read_config.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view route_name = "once";   // of these canaries, so that no route of the daemon meets them
constexpr std::string_view no_stack = "unknown";  // where no configuration says which it is
constexpr Duration longest_write = 10s;           // as OTLP's exporters have it by default

struct CanaryFlags {
  std::string receiver;
  std::vector<std::string> signals;
  std::string timeout = "30s";
  std::string format = "text";
  std::string config_file;
  std::string stack;
  TlsSettings tls;
};

// The paths of the OTLP signals; the others have theirs in the address.
std::string path_of(CanaryEntrance entrance, Signal signal) {
  return entrance == CanaryEntrance::otlp_http ? fmt::format("/v1/{}", to_string(signal)) : std::string();
}

// All is settled within nine tenths of the timeout, as verify has it.
RoundRoute make_route(const ReceiverDoor& door, Signal signal, Duration timeout, const StackPlan* stack) {
  const auto* backend = stack ? component_of(*stack, backend_of(signal)) : nullptr;
  RoundRoute route(CanaryRoutePlan(door.endpoint, backend ? backend->endpoint : door.endpoint));
  route.reads_back = backend != nullptr;
  auto& plan = route.plan;
  plan.signal = signal;
  plan.route = route_name;
  plan.entrance = door.entrance;
  plan.path = path_of(door.entrance, signal);
  if (stack && stack->mimir) plan.api_prefix = stack->mimir->api_prefix;
  plan.timeout = std::min(timeout, longest_write);
  plan.patience.first_read = std::min<Duration>(timeout / 10, 200ms);
  plan.patience.lost_after = timeout * 9 / 10;
  plan.patience.deadline = plan.patience.lost_after;
  plan.patience.horizon = plan.patience.lost_after;
  plan.patience.confirm_after = std::min<Duration>(timeout / 10, 1s);
  return route;
}

// Nothing, after saying why, where they cannot be used.
std::optional<std::vector<Signal>> chosen_signals(const CanaryFlags& flags, const ReceiverDoor& door) {
  if (flags.signals.empty()) return door.signals;
  std::vector<Signal> chosen;
  for (const auto signal : door.signals)
    if (std::find(flags.signals.begin(), flags.signals.end(), to_string(signal)) != flags.signals.end())
      chosen.push_back(signal);
  if (!chosen.empty()) return chosen;
  complain(fmt::format("--signal: {} takes none of these", protocol_of(door.entrance)),
           "leave --signal out, or give the address of another receiver");
  return std::nullopt;
}

// The stack whose backends are asked; nothing, after saying why, where the configuration does not tell.
std::optional<StackPlan> chosen_stack(const CanaryFlags& flags, const Outside& outside) {
  auto config = read_config(flags.config_file, outside);
  if (!config) return std::nullopt;
  auto& stacks = config->loaded.plan->stacks;
  std::string known;
  for (const auto& stack : stacks) known += (known.empty() ? "" : ", ") + stack.name;
  if (flags.stack.empty() && stacks.size() == 1) return std::move(stacks.front());
  for (auto& stack : stacks)
    if (stack.name == flags.stack) return std::move(stack);
  complain(flags.stack.empty() ? "--stack is required: the configuration has more than one"
                               : fmt::format("there is no stack '{}'", flags.stack),
           "the configuration has: " + known);
  return std::nullopt;
}

int code_of(State state) {
  if (state == State::healthy) return 0;
  return state == State::unknown ? 3 : 1;
}

int play(const CanaryFlags& flags, const ReceiverDoor& door, Duration timeout, const StackPlan* stack) {
  const auto signals = chosen_signals(flags, door);
  if (!signals) return 2;
  std::vector<RoundRoute> routes;
  for (const auto signal : *signals) routes.push_back(make_route(door, signal, timeout, stack));
  return run_round(routes, stack ? stack->name : std::string(no_stack), [&](const std::vector<RoundResult>& results) {
    const auto report = report_of(flags.receiver, door, routes, results);
    fmt::print("{}", flags.format == "json" ? boost::json::serialize(canary_report_json(report)) + "\n"
                                            : canary_report_text(report));
    return code_of(report.state);
  });
}

int canary(const CanaryFlags& flags, const Outside& outside) {
  const auto timeout = parse_duration(flags.timeout);
  if (!timeout || *timeout <= Duration::zero())
    return complain(fmt::format("--timeout: '{}' is not a duration", flags.timeout), "write it as 30s or 2m");
  auto door = parse_receiver(flags.receiver);
  if (!door) return complain("--receiver: " + door.error().what, door.error().hint);
  door->endpoint.tls = flags.tls;
  if (flags.config_file.empty()) {
    if (flags.stack.empty()) return play(flags, *door, *timeout, nullptr);
    return complain("--stack needs --config.file", "the stack is one of the configuration's");
  }
  const auto stack = chosen_stack(flags, outside);
  return stack ? play(flags, *door, *timeout, &*stack) : 2;
}

}  // namespace

void add_canary_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto flags = std::make_shared<CanaryFlags>();
  auto* command = app.add_subcommand(
      "canary", "One round of canaries into one receiver. Exits 0 it holds, 1 broken, 2 wrong command line, 3 unknown");
  command
      ->add_option("--receiver", flags->receiver,
                   "Address: http://HOST:4318 (OTLP/HTTP), grpc://HOST:4317 (OTLP/gRPC), "
                   "http://HOST:PORT/loki/api/v1/push or http://HOST:PORT/api/v1/push; https:// and grpcs:// with TLS")
      ->required();
  command
      ->add_option("--signal", flags->signals, "metrics, logs or traces; may be repeated. All that go in where absent")
      ->check(CLI::IsMember({"metrics", "logs", "traces"}));
  command->add_option("--timeout", flags->timeout, "How long the round may take")->capture_default_str();
  command->add_option("--format", flags->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_option("--config.file", flags->config_file,
                      "Configuration file: reads the canaries back from the backends of its stack");
  command->add_option("--stack", flags->stack, "The stack, where the configuration has several");
  command->add_option("--tls.ca-file", flags->tls.ca_file, "Certificates to trust (PEM) instead of the system's");
  command->add_flag("--tls.insecure-skip-verify", flags->tls.insecure_skip_verify, "Trusts whatever answers");
  command->callback([flags, &outside, &exit_code] { exit_code = canary(*flags, outside); });
}

}  // namespace lgtmwatch
