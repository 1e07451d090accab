#include "daemon/app.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "daemon/alert/notifier.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/canary_keeper.hpp"
#include "daemon/descriptors.hpp"
#include "daemon/discovery.hpp"
#include "daemon/end_signals.hpp"
#include "daemon/history/history_keeper.hpp"
#include "daemon/judge_each.hpp"
#include "daemon/log_change.hpp"
#include "daemon/net/net_clients.hpp"
#include "daemon/openings.hpp"
#include "daemon/serve/routes.hpp"
#include "daemon/status/changes.hpp"
#include "daemon/storage.hpp"
#include "daemon/watch.hpp"
#include "daemon/web_changes.hpp"
#include "daemon/web_gate.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr auto publish_every = std::chrono::milliseconds(250);
constexpr int confirmations = 2;
constexpr auto heartbeat_of_events = std::chrono::seconds(15);

class Daemon {
 public:
  Daemon(asio::io_context& io, ConfigFile config, const Plan& plan, const DaemonOptions& options, Openings opened,
         Log& log)
      : io_(io),
        log_(log),
        ledger_(std::move(opened.ledger)),
        windows_(std::move(opened.windows)),
        manager_(options.manager),
        shard_(options.shard),
        storage_teller_(log),
        net_(make_net_clients(io.get_executor())),
        watch_(std::make_unique<Watch>(plan, clients(), clock_, confirmations)),
        canaries_(make_keeper(plan)),
        notifier_(notifier_parts(options), config.loaded.notify),
        history_(history_file(options.storage_path), history_parts()),
        hand_runs_(
            io.get_executor(), [this]() -> Watch& { return *watch_; },
            [this] { watch_->store().publish(clock_.wall()); }, [this](std::exception_ptr failure) { fail(failure); }),
        worker_(1),
        gate_(std::move(opened.server), options.web_config, worker_.get_executor(), log),
        hub_(io.get_executor(), new_canary_run(), heartbeat_of_events),
        discovery_(config.loaded.discovery, config.found, discovery_parts()),
        reloader_(std::move(config), reload_parts()),
        schedule_task_(io.get_executor(), [this](std::exception_ptr failure) { fail(failure); }),
        tasks_(io.get_executor(), [this](std::exception_ptr failure) { fail(failure); }),
        stop_(io, asio::steady_timer::time_point::max()) {
    self_.config_last_reload_success = clock_.wall();
    self_.shard_ordinal = shard_.index;
    self_.total_shards = shard_.count;
    web_.windows = [this] { return windows_.list(clock_.wall()); };
    web_.events = &hub_;
    web_.snapshot = [this] { return watch_->store().snapshot(); };
    web_.now = [this] { return clock_.wall(); };
    web_.history = &history_.history();
    web_.self = &self_;
    web_.worker = &worker_;
    web_.scraped = [this](const Snapshot& shown) { canaries_->note_scrape(shown); };
    if (options.enable_lifecycle)
      allow_changes(web_, {clock_, reloader_, hand_runs_, windows_, [this] { publish_windows(); }});
    events_.run = [this](std::size_t probe) { return watch_->run(probe); };
    events_.started = [this](Duration lag) { self_.schedule_lag.observe(lag); };
    events_.skipped = [this](std::size_t) { ++self_.skipped_runs; };
    events_.failed = [this](std::exception_ptr failure) { fail(failure); };
    canary_events_ = events_;
    canary_events_.run = [this](std::size_t route) { return begin_canary(route); };
  }

  asio::awaitable<void> run(EndSignals& ends) {
    limits_.runs_at_once = runs_at_once(limits_.runs_at_once);
    start_schedule();
    notifier_.start();
    tasks_.spawn(history_.run());
    tasks_.spawn(publish_changes());
    tasks_.spawn(gate_.serve([this](ServerRequest request) { return answer_request(web_, std::move(request)); }));
    tasks_.spawn(heed_hangups());
    tasks_.spawn(manager_.attend(clock_, [this] { return watch_->what_stands(); }));
    tasks_.spawn(reloader_.run());
    tasks_.spawn(reloader_.look_at_files());
    tasks_.spawn(discovery_.run());
    co_await ends.wait(stop_);
    log_.info("lgtmwatch is stopping");
    tasks_.cancel();
    schedule_task_.cancel();
    canaries_->cancel();
    notifier_.cancel();
    co_await tasks_.join();
    co_await hand_runs_.stop();
    schedule_task_.cancel();  // a reload under way has started it again
    co_await schedule_task_.join();
    co_await canaries_->join();
    notifier_.cancel();
    co_await notifier_.join();
    co_await notifier_.finish();
    co_await history_.finish();
  }

  bool failed() const { return failed_; }
  // Something that cannot be cancelled goes on: a look-up of a name, a write into a file.
  bool is_held_up() const {
    return net_->is_looking_up() || lines_.is_busy() || history_.writes().is_busy() || notifier_.is_busy();
  }

 private:
  Clients clients() { return {net_->http(), net_->grpc()}; }

  ReloadParts reload_parts() {
    return {io_.get_executor(), worker_.get_executor(), clock_, log_, self_, std::bind_front(&Daemon::apply, this),
            gate_.reloads()};
  }

  DiscoveryParts discovery_parts() {
    return {worker_.get_executor(), net_->http(), clock_, log_, self_, std::bind_front(&Reloader::take, &reloader_)};
  }

  NotifierParts notifier_parts(const DaemonOptions& options) {
    return {io_.get_executor(),
            net_->http(),
            clock_,
            [this] { return watch_->store().snapshot(); },
            [this] { return watch_->what_stands(); },
            [this](const Change& change) { log_change(log_, change); },
            [this](std::exception_ptr failure) { fail(failure); },
            options.external_url,
            told_file(options.storage_path),
            disk_thread_.get_executor()};
  }

  HistoryParts history_parts() {
    return {disk_thread_.get_executor(), clock_, [this] { return watch_->store().snapshot(); },
            [this](const Change& change) { log_change(log_, change); }};
  }

  std::unique_ptr<CanaryKeeper> make_keeper(const Plan& plan) {
    const CanaryOutside outside{clients(), clock_, &lines_};
    auto keeper = std::make_unique<CanaryKeeper>(io_.get_executor(), outside, *ledger_, new_canary_run,
                                                 [this](std::exception_ptr failure) { fail(failure); });
    keeper->apply(plan);
    windows_.configure(plan);
    keeper->look_for_earlier();
    return keeper;
  }

  asio::awaitable<void> begin_canary(std::size_t route) {
    if (watch_->checks_canary(route)) canaries_->begin(route);
    co_return;
  }

  void publish_windows() {
    show_windows(windows_, watch_->store(), *canaries_);
    watch_->store().publish(clock_.wall());
  }

  void start_schedule() {
    show_windows(windows_, watch_->store(), *canaries_);
    schedule_ = watch_->schedule();
    canary_schedule_ = canaries_->schedule();
    show_canaries(*canaries_, watch_->store());
    watch_->store().publish(clock_.wall());
    schedule_task_.spawn(run_schedule(clock_, schedule_, events_, limits_));
    schedule_task_.spawn(run_schedule(clock_, canary_schedule_, canary_events_, limits_));
  }

  // In a coroutine of its own, because join() leaves the one that waits for it deaf to cancellation.
  asio::awaitable<void> apply(const LoadedConfig& config) {
    auto exchange = exchange_watch(config);
    co_await asio::co_spawn(io_, std::move(exchange), asio::use_awaitable);
  }

  // Runs under way are cancelled, and begin again with the new schedule.
  asio::awaitable<void> exchange_watch(const LoadedConfig& config) {
    const auto plan = plan_of_shard(*config.plan, shard_);
    schedule_task_.cancel();
    co_await schedule_task_.join();
    co_await hand_runs_.stop();
    auto next = std::make_unique<Watch>(plan, clients(), clock_, confirmations);
    next->take_over(*watch_);
    watch_ = std::move(next);
    canaries_->apply(plan);
    windows_.configure(plan);
    start_schedule();
    hand_runs_.go_on();
    discovery_.follow(config.discovery);
    co_await notifier_.apply(config.notify);
  }

  // The standard way to ask a daemon to reload; without a handler it would end the process.
  asio::awaitable<void> heed_hangups() {
    asio::signal_set hangups(io_, SIGHUP);
    while (true) {
      co_await hangups.async_wait(asio::use_awaitable);
      auto reload = reloader_.reload();
      co_await manager_.while_reloading(std::move(reload));
    }
  }

  asio::awaitable<void> publish_changes() {
    auto next = clock_.now() + publish_every;
    while (true) {
      co_await clock_.sleep_until(next);
      show_canaries(*canaries_, watch_->store());
      const auto health = ledger_->health();
      self_.storage_errors = health.failed_writes + history_.writes().failures() + notifier_.failed_writes();
      storage_teller_.tell(health);
      self_.notify = notifier_.tally();
      auto judging = judge_each([this]() -> StatusStore& { return watch_->store(); }, clock_);
      const auto others_turn = co_await std::move(judging);
      next = clock_.now() + std::max<Duration>(publish_every, others_turn);
      const auto after = watch_->store().show(clock_.wall());
      hub_.look(*after);
      if (!after->complete) continue;
      for (const auto& change : changes_between(*told_, *after)) log_change(log_, change);
      told_ = after;
    }
  }

  void fail(std::exception_ptr failure) {
    failed_ = true;
    log_failure(log_, failure);
    stop_.cancel();
  }

  asio::io_context& io_;
  Log& log_;
  std::unique_ptr<CanaryLedger> ledger_;
  MaintenanceBook windows_;
  const ServiceManager manager_;
  const Shard shard_;
  StorageTeller storage_teller_;
  SystemClock clock_;
  std::unique_ptr<NetClients> net_;
  std::unique_ptr<Watch> watch_;
  asio::thread_pool lines_thread_{1};
  SideWork lines_{lines_thread_.get_executor()};
  std::unique_ptr<CanaryKeeper> canaries_;
  asio::thread_pool disk_thread_{1};
  Notifier notifier_;
  HistoryKeeper history_;
  HandRuns hand_runs_;
  asio::thread_pool worker_;
  WebGate gate_;
  SelfMetrics self_;
  EventHub hub_;
  WebContext web_;
  ScheduleEvents events_;
  ScheduleEvents canary_events_;
  Schedule schedule_;
  Schedule canary_schedule_;
  ScheduleLimits limits_;
  std::shared_ptr<const Snapshot> told_ = std::make_shared<Snapshot>();
  Discovery discovery_;
  Reloader reloader_;
  TaskGroup schedule_task_;
  TaskGroup tasks_;
  asio::steady_timer stop_;
  bool failed_ = false;
};

}  // namespace

int run_daemon(ConfigFile config, const DaemonOptions& options, Log& log) {
  const SystemClock clock;
  asio::io_context io(1);
  EndSignals ends(io.get_executor());
  auto opened = open_all(io.get_executor(), options, clock);
  if (!is_there(opened, log)) return 1;
  const auto plan = plan_of_shard(*config.loaded.plan, options.shard);
  log_start(log, plan, options, opened->server->port());
  auto daemon = std::make_unique<Daemon>(io, std::move(config), plan, options, std::move(*opened), log);
  std::exception_ptr failure;
  asio::co_spawn(io, daemon->run(ends), [&](std::exception_ptr thrown) { failure = thrown; });
  io.run();
  const int code = failure || daemon->failed() ? 1 : 0;
  log.info("lgtmwatch has ended", {{"code", std::to_string(code)}});
  // Waiting for it would hold up the end for as long as libc or the disk tries.
  if (daemon->is_held_up()) {
    log.flush();
    std::_Exit(code);
  }
  return code;
}

}  // namespace lgtmwatch
