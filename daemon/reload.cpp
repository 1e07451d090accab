#include "daemon/reload.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/base/on_worker.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr auto look_every = std::chrono::seconds(5);
constexpr const char* not_reloaded = "the configuration was not reloaded; the one before stays in force";

asio::awaitable<Result<ConfigFile>> read_anew(std::string file, Environment environment) {
  co_return read_config_file(file, environment);
}

asio::awaitable<ConfigFile> load_text_again(ConfigFile config) { co_return load_again(config); }

asio::awaitable<FileContents> look(FileContents known, Environment environment) {
  for (auto& [path, content] : known) content = hash_of(environment.read_file(path));
  co_return known;
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
  Order(const asio::any_io_executor& executor, What what_) : what(what_), done(executor) {}
  What what;
  Bell done;
  bool is_done = false;
  std::optional<std::string> problem;
};

Reloader::Reloader(ConfigFile in_force, ReloadParts parts)
    : parts_(std::move(parts)),
      in_force_(std::move(in_force)),
      seen_(in_force_.loaded.files),
      bell_(std::make_unique<Bell>(parts_.executor)) {}

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

asio::awaitable<std::optional<std::string>> Reloader::ask_for(What what) {
  const auto order = std::make_shared<Order>(parts_.executor, what);
  orders_.push_back(order);
  bell_->timer.cancel();
  auto [code] = co_await order->done.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  (void)code;
  if (!order->is_done) co_return "lgtmwatch is stopping\n";
  co_return order->problem;
}

asio::awaitable<std::optional<std::string>> Reloader::take_configuration() {
  auto reading = read_anew(in_force_.file, in_force_.environment);
  auto read = co_await on_worker(parts_.worker, std::move(reading));
  if (!read) {
    parts_.self.config_last_reload_successful = false;
    parts_.log.error(read.error().what, {{"hint", read.error().hint}});
    parts_.log.error(not_reloaded);
    co_return read.error().what + "\n";
  }
  if (!read->loaded.plan) co_return refuse(*read);
  log_warnings(*read, parts_.log);
  co_await put_in_force(std::move(*read));
  parts_.log.info("the configuration was reloaded", {{"file", in_force_.file}});
  parts_.self.config_last_reload_successful = true;
  parts_.self.config_last_reload_success = parts_.clock.wall();
  co_return std::nullopt;
}

asio::awaitable<void> Reloader::take_files() {
  auto looking = look(in_force_.loaded.files, in_force_.environment);
  const auto found = co_await on_worker(parts_.worker, std::move(looking));
  if (found == seen_) co_return;
  auto loading = load_text_again(in_force_);
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

asio::awaitable<void> Reloader::put_in_force(ConfigFile config) {
  in_force_ = std::move(config);
  seen_ = in_force_.loaded.files;
  co_await parts_.apply(in_force_.loaded);
}

std::string Reloader::refuse(const ConfigFile& config) {
  parts_.self.config_last_reload_successful = false;
  log_errors(config, parts_.log);
  parts_.log.error(not_reloaded, {{"file", config.file}});
  return render_diagnostics(config, false);
}

}  // namespace lgtmwatch
