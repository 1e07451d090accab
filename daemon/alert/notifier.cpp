#include "daemon/alert/notifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr Duration look_every = std::chrono::seconds(1);
constexpr std::size_t shown_of_an_answer = 200;

std::optional<std::string> trouble_of(const HttpExchange& exchange) {
  if (!exchange.answer) return exchange.answer.error().what;
  if (exchange.answer->status / 100 == 2) return std::nullopt;
  return fmt::format("answered {}: {}", exchange.answer->status, shown_text(exchange.answer->body, shown_of_an_answer));
}

HttpRequest heartbeat_request(const HeartbeatPlan& plan, const std::optional<std::string>& trouble) {
  const auto& target = (trouble ? plan.fail_target : plan.target).reveal();
  if (!plan.posts && !trouble) return HttpRequest(target);
  return {"POST", target, "text/plain; charset=utf-8", trouble.value_or("")};
}

}  // namespace

Notifier::Notifier(NotifierParts parts, const NotifyPlan& plan)
    : parts_(std::move(parts)), told_({parts_.told_file, parts_.disk, parts_.clock, parts_.log}) {
  take(plan);
  resume();
}

void Notifier::take(const NotifyPlan& plan) {
  AlertTimes times;
  times.settle = plan.settles_for;
  times.calm = plan.keep_firing_for;
  times.flapping_calm = std::max(times.flapping_calm, times.calm);
  policy_.set_times(times);
  auto next = make_channels(plan, parts_.external_url);
  NotifyTally tally;
  tally.heartbeat_success = tally_.heartbeat_success;
  std::set<std::string> names;
  for (const auto& channel : next) {
    const auto& name = channel->destination().name;
    names.insert(name);
    tally.destinations[name] = tally_.destinations[name];
    for (const auto& before : channels_)
      if (before->destination().name == name) channel->take_over(*before);
  }
  told_.forget_all_but(names);
  channels_ = std::move(next);
  heartbeat_ = plan.heartbeat;
  if (heartbeat_) tally.destinations[heartbeat_->name] = tally_.destinations[heartbeat_->name];
  tally_ = std::move(tally);
}

void Notifier::resume() {
  Alerts on;
  for (const auto& channel : channels_) {
    auto told = told_.of(channel->destination().name);
    for (const auto& [key, each] : told) on.insert_or_assign(key, each.alert);
    channel->restore(std::move(told));
  }
  policy_.resume(std::move(on));
}

void Notifier::start() {
  tasks_ = std::make_unique<TaskGroup>(parts_.executor, parts_.failed);
  tasks_->spawn(look());
  tasks_->spawn(told_.run());
  for (const auto& channel : channels_) tasks_->spawn(serve(*channel));
  if (heartbeat_) tasks_->spawn(beat(*heartbeat_));
}

asio::awaitable<void> Notifier::apply(const NotifyPlan& plan) {
  tasks_->cancel();
  co_await tasks_->join();
  take(plan);
  start();
}

void Notifier::cancel() { tasks_->cancel(); }

asio::awaitable<void> Notifier::join() { co_await tasks_->join(); }

asio::awaitable<void> Notifier::look() {
  while (true) {
    const auto snapshot = parts_.snapshot();
    policy_.look(*snapshot);
    co_await parts_.clock.sleep_until(parts_.clock.now() + look_every);
  }
}

asio::awaitable<void> Notifier::serve(Channel& channel) {
  Health health;
  while (true) {
    auto wait = look_every;
    auto requests = channel.due(policy_.alerts(), parts_.clock.wall());
    if (!requests.empty()) {
      const bool sent = co_await send_all(channel, std::move(requests), health);
      if (sent) {
        channel.delivered(parts_.clock.wall());
        health.backoff.reset();
      } else {
        channel.failed();
        wait = health.backoff.next();
      }
    }
    if (channel.take_news()) told_.note(channel.destination().name, channel.told());
    co_await parts_.clock.sleep_until(parts_.clock.now() + wait);
  }
}

asio::awaitable<bool> Notifier::send_all(Channel& channel, std::vector<HttpRequest> requests, Health& health) {
  const auto& destination = channel.destination();
  for (auto& request : requests) {
    const Deadline deadline(parts_.clock.now() + destination.timeout);
    auto sending = parts_.http.send(destination.endpoint, std::move(request), deadline);
    const auto exchange = co_await std::move(sending);
    if (!note(destination, exchange, health.fails)) co_return false;
  }
  co_return true;
}

asio::awaitable<void> Notifier::beat(HeartbeatPlan plan) {
  while (!parts_.snapshot()->ready) co_await parts_.clock.sleep_until(parts_.clock.now() + look_every);
  bool fails = false;
  auto next = parts_.clock.now();
  while (true) {
    const auto trouble = parts_.what_stands();
    if (!trouble || plan.fail_endpoint) {
      const Deadline deadline(parts_.clock.now() + plan.timeout);
      auto request = heartbeat_request(plan, trouble);
      auto sending = parts_.http.send(trouble ? *plan.fail_endpoint : plan.endpoint, std::move(request), deadline);
      const auto exchange = co_await std::move(sending);
      if (note(plan, exchange, fails) && !trouble) tally_.heartbeat_success = parts_.clock.wall();
    }
    next = std::max(next + plan.interval, parts_.clock.now());
    co_await parts_.clock.sleep_until(next);
  }
}

bool Notifier::note(const Destination& destination, const HttpExchange& exchange, bool& fails) {
  auto& counts = tally_.destinations[destination.name];
  ++counts.sent;
  const auto trouble = trouble_of(exchange);
  if (trouble) ++counts.failed;
  if (trouble.has_value() == fails) return !trouble;
  fails = trouble.has_value();
  if (fails)
    parts_.log({Change::Level::error,
                "a destination of notifications cannot be told, and is tried again",
                {{"destination", destination.name}, {"error", *trouble}}});
  else
    parts_.log(
        {Change::Level::info, "a destination of notifications is told again", {{"destination", destination.name}}});
  return !trouble;
}

}  // namespace lgtmwatch
