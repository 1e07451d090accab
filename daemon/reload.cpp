#include "daemon/reload.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

#include "daemon/base/on_worker.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr auto look_every = std::chrono::seconds(5);
constexpr const char* not_reloaded = "the configuration was not reloaded; the one before stays in force";

asio::awaitable<Result<ConfigFile>> read_anew(std::string file, Environment environment, FoundTargets found) {
  co_return read_config_file(file, environment, std::move(found));
}

asio::awaitable<ConfigFile> load_text_again(ConfigFile config, FoundTargets found) {
  co_return load_again(config, std::move(found));
}

asio::awaitable<FileContents> look(FileContents known, Environment environment) {
  co_return contents_now(std::move(known), environment);
}

std::size_t found_stacks(const LoadedConfig& loaded) { return loaded.plan->stacks.size() - loaded.listed; }

std::string names_beyond(const Plan& plan, const Plan& other) {
  constexpr std::size_t most_named = 10;
  std::set<std::string_view> known;
  for (const auto& stack : other.stacks) known.insert(stack.name);
  std::string names;
  std::size_t count = 0;
  for (const auto& stack : plan.stacks) {
    if (known.contains(stack.name) || ++count > most_named) continue;
    names += (names.empty() ? "" : ", ") + stack.name;
  }
  return count > most_named ? fmt::format("{} and {} more", names, count - most_named) : names;
}

LogFields difference_between(const Plan& before, const Plan& after) {
  return {{"stacks", std::to_string(after.stacks.size())},
          {"added", names_beyond(after, before)},
          {"removed", names_beyond(before, after)}};
}

std::string names_of_changed(const FileContents& before, const FileContents& after) {
  std::string names;
  for (const auto& [path, content] : after) {
    const auto known = before.find(path);
    if (known != before.end() && known->second == content) continue;
    names += (names.empty() ? "" : ", ") + path;
  }
  return names;
}

}  // namespace

// Who waits at a timer that never ends is awoken by its cancellation.
struct Reloader::Bell {
  explicit Bell(const asio::any_io_executor& executor) : timer(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer timer;
};

struct Reloader::Order {
  Order(const asio::any_io_executor& executor, What what_, FoundTargets found_)
      : what(what_), found(std::move(found_)), done(executor) {}
  What what;
  FoundTargets found;
  Bell done;
  bool is_done = false;
  std::optional<std::string> problem;
};

Reloader::Reloader(ConfigFile in_force, ReloadParts parts)
    : parts_(std::move(parts)),
      in_force_(std::move(in_force)),
      seen_(in_force_.loaded.files),
      bell_(std::make_unique<Bell>(parts_.executor)) {
  parts_.self.discovered_stacks = found_stacks(in_force_.loaded);
}

Reloader::~Reloader() = default;

asio::awaitable<void> Reloader::run() {
  while (true) {
    if (orders_.empty()) {
      auto [code] = co_await bell_->timer.async_wait(asio::as_tuple(asio::use_awaitable));
      (void)code;
      continue;
    }
    const auto order = orders_.front();
    orders_.erase(orders_.begin());
    if (order->what == What::files) {
      co_await take_files();
    } else if (order->what == What::targets) {
      co_await take_targets(std::move(order->found));
    } else {
      auto problem = co_await take_configuration();
      order->problem = std::move(problem);
    }
    order->is_done = true;
    order->done.timer.cancel();
  }
}

asio::awaitable<void> Reloader::look_at_files() {
  auto next = parts_.clock.now();
  while (true) {
    next += look_every;
    co_await parts_.clock.sleep_until(next);
    co_await ask_for(What::files);
    next = std::max(next, parts_.clock.now());
  }
}

asio::awaitable<std::optional<std::string>> Reloader::reload() { return ask_for(What::configuration); }

asio::awaitable<void> Reloader::take(FoundTargets found) { co_await ask_for(What::targets, std::move(found)); }

asio::awaitable<std::optional<std::string>> Reloader::ask_for(What what, FoundTargets found) {
  const auto order = std::make_shared<Order>(parts_.executor, what, std::move(found));
  orders_.push_back(order);
  bell_->timer.cancel();
  auto [code] = co_await order->done.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  (void)code;
  if (!order->is_done) co_return "lgtmwatch is stopping\n";
  co_return order->problem;
}

asio::awaitable<std::optional<std::string>> Reloader::take_configuration() {
  auto reading = read_anew(in_force_.file, in_force_.environment, in_force_.found);
  auto read = co_await on_worker(parts_.worker, std::move(reading));
  if (!read) parts_.log.error(read.error().what, {{"hint", read.error().hint}});
  if (!read) co_return refuse(read.error().what + "\n");
  if (!read->loaded.plan) log_errors(*read, parts_.log);
  if (!read->loaded.plan) co_return refuse(render_diagnostics(*read, false));
  auto problem = co_await parts_.web.take();
  if (problem) co_return refuse(std::move(*problem));
  log_warnings(*read, parts_.log);
  co_await put_in_force(std::move(*read));
  parts_.log.info("the configuration was reloaded", {{"file", in_force_.file}});
  parts_.self.config_last_reload_successful = true;
  parts_.self.config_last_reload_success = parts_.clock.wall();
  co_return std::nullopt;
}

asio::awaitable<void> Reloader::take_files() {
  co_await parts_.web.take_files();
  auto looking = look(in_force_.loaded.files, in_force_.environment);
  const auto found = co_await on_worker(parts_.worker, std::move(looking));
  if (found == seen_) co_return;
  auto loading = load_text_again(in_force_, in_force_.found);
  auto again = co_await on_worker(parts_.worker, std::move(loading));
  const auto changed = names_of_changed(seen_, again.loaded.files);
  seen_ = again.loaded.files;
  if (!again.loaded.plan) {
    log_errors(again, parts_.log);
    parts_.log.error(
        "a file of a secret or a certificate changed and cannot be used; what it held before stays in force",
        {{"files", changed}});
    co_return;
  }
  const bool is_as_before = again.loaded.files == in_force_.loaded.files;
  parts_.log.info(is_as_before ? "a file of a secret or a certificate can be used again, and is what is in force"
                               : "a file of a secret or a certificate changed; what it holds now is in force",
                  {{"files", changed}});
  if (is_as_before) co_return;
  co_await put_in_force(std::move(again));
}

asio::awaitable<void> Reloader::take_targets(FoundTargets found) {
  if (found == in_force_.found) co_return;
  auto loading = load_text_again(in_force_, std::move(found));
  auto again = co_await on_worker(parts_.worker, std::move(loading));
  if (!again.loaded.plan) {
    log_errors(again, parts_.log);
    parts_.log.error("the stacks that were found cannot be used; those found before stay in force");
    co_return;
  }
  const auto difference = difference_between(*in_force_.loaded.plan, *again.loaded.plan);
  parts_.log.info("stacks that were found are in force", difference);
  co_await put_in_force(std::move(again));
}

asio::awaitable<void> Reloader::put_in_force(ConfigFile config) {
  in_force_ = std::move(config);
  seen_ = in_force_.loaded.files;
  parts_.self.discovered_stacks = found_stacks(in_force_.loaded);
  co_await parts_.apply(in_force_.loaded);
}

std::string Reloader::refuse(std::string problem) {
  parts_.self.config_last_reload_successful = false;
  parts_.log.error(not_reloaded, {{"file", in_force_.file}});
  return problem;
}

}  // namespace lgtmwatch
