#include "daemon/commands/verify_canaries.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/serve/status_reader.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t longest_status = 32 << 20;
constexpr Duration longest_look = std::chrono::seconds(15);

bool is_of_a_daemon(const CanaryRoutePlan& route) { return needs_a_daemon(route.entrance); }

CanaryRouteFacts nothing_of(const CanaryRoutePlan& route) {
  CanaryRouteFacts facts;
  facts.plan = std::make_shared<const CanaryRoutePlan>(route);
  return facts;
}

CanaryRouteFacts facts_by_daemon(const std::optional<DaemonStatus>& daemon, const std::string& stack,
                                 const CanaryRoutePlan& route) {
  auto facts = nothing_of(route);
  facts.checked = daemon.has_value();
  facts.note = "only a daemon can write there";
  if (!daemon) return facts;
  auto told = *daemon ? read_daemon_canaries(**daemon, stack, facts.plan) : Result<CanaryRouteFacts>(daemon->error());
  if (told) return std::move(*told);
  facts.note = told.error().what;
  return facts;
}

CanaryRouteFacts facts_in_maintenance(const CanaryRoutePlan& route, WallTime until) {
  auto facts = nothing_of(route);
  facts.checked = false;
  facts.note = fmt::format("paused by maintenance until {}", format_rfc3339(until));
  return facts;
}

DaemonStatus status_in(const Url& daemon, const Result<HttpResponse>& answer) {
  const auto name = fmt::format("the daemon at {}", daemon.text());
  if (!answer)
    return Error(answer.error().phase, answer.error().reason,
                 fmt::format("{} cannot be asked: {}", name, answer.error().what), answer.error().hint);
  if (answer->status != 200)
    return Error(Phase::content, Reason::http_status, fmt::format("{} answered {}", name, answer->status));
  auto status = parse_status(answer->body);
  if (status) return status;
  return Error(Phase::content, Reason::mismatch, fmt::format("{}: {}", name, status.error().what));
}

}  // namespace

void show_planned_canaries(const Plan& plan, StatusStore& store) {
  for (const auto& stack : plan.stacks) {
    std::vector<CanaryRouteFacts> facts;
    for (const auto& route : stack.canaries) facts.push_back(nothing_of(route));
    store.set_canaries(stack.name, std::move(facts));
  }
}

Plan written_by_verify(Duration left, WallTime now, Plan plan,
                       const std::function<bool(std::size_t route)>& is_checked) {
  std::size_t number = 0;
  const auto writer = "verify-" + new_canary_run().substr(0, 1);
  for (auto& stack : plan.stacks) {
    std::erase_if(stack.canaries, [&](const CanaryRoutePlan& route) {
      const bool checked = is_checked(number++);
      return is_of_a_daemon(route) || !checked || canaries_paused_until(stack.maintenance, route.signal, now);
    });
    for (auto& route : stack.canaries) {
      if (route.signal == Signal::metrics) route.labels["lgtmwatch_writer"] = writer;
      auto& patience = route.patience;
      patience.lost_after = std::min(patience.lost_after, left * 9 / 10);
      patience.deadline = std::min(patience.deadline, patience.lost_after);
      patience.horizon = patience.lost_after;
      patience.confirm_after = std::min<Duration>(patience.confirm_after, std::chrono::seconds(1));
      std::erase_if(route.looks, [](const CanaryLookPlan& each) { return each.read == CanaryRead::search; });
      for (auto& each : route.looks) each.until = std::min({each.until, patience.lost_after, longest_look});
      route.rereads.clear();
    }
  }
  return plan;
}

bool has_routes_of_a_daemon(const Plan& plan) {
  return std::any_of(plan.stacks.begin(), plan.stacks.end(), [](const StackPlan& stack) {
    return std::any_of(stack.canaries.begin(), stack.canaries.end(), is_of_a_daemon);
  });
}

boost::asio::awaitable<DaemonStatus> ask_daemon(HttpClient& http, const Endpoint& daemon, Deadline deadline) {
  HttpRequest request("/api/v1/status");
  request.connection = Connection::fresh;
  request.body_limit = longest_status;
  const auto exchange = co_await http.send(daemon, std::move(request), deadline);
  co_return status_in(daemon.url, exchange.answer);
}

void show_all_canaries(const CanaryKeeper& written, WallTime when, const Plan& plan,
                       const std::optional<DaemonStatus>& daemon, StatusStore& store) {
  for (const auto& stack : plan.stacks) {
    auto of_written = written.facts(stack.name);
    auto next = of_written.begin();  // those that were written are in the order of the plan
    std::vector<CanaryRouteFacts> facts;
    for (const auto& route : stack.canaries) {
      if (const auto until = canaries_paused_until(stack.maintenance, route.signal, when)) {
        facts.push_back(facts_in_maintenance(route, *until));
      } else if (is_of_a_daemon(route)) {
        facts.push_back(facts_by_daemon(daemon, stack.name, route));
      } else if (next != of_written.end() && next->plan->route == route.route && next->plan->signal == route.signal) {
        facts.push_back(std::move(*next++));
      } else {
        facts.push_back(nothing_of(route));
        facts.back().note = "it was not written: when it was its turn, Alloy's graph led nowhere";
      }
    }
    store.set_canaries(stack.name, std::move(facts));
  }
}

}  // namespace lgtmwatch
