// Notifier: tells the destinations of `notify` what is wrong, from lgtmwatch itself, so that the word gets out where
// Mimir, its ruler or its Alertmanager is what is broken. Each destination has a loop of its own: one that hangs holds
// up no other. What each was told is kept, so that a restart tells nothing twice and leaves nobody without the end.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/alert/channel.hpp"
#include "daemon/alert/told_keeper.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/model/notify_tally.hpp"
#include "daemon/status/changes.hpp"

namespace lgtmwatch {

// All must outlive the Notifier.
struct NotifierParts {
  boost::asio::any_io_executor executor;
  HttpClient& http;
  const Clock& clock;
  std::function<std::shared_ptr<const Snapshot>()> snapshot;
  // What of lgtmwatch does not keep up; nothing where all of it works.
  std::function<std::optional<std::string>()> what_stands;
  std::function<void(const Change&)> log;
  TaskGroup::OnFailure failed;
  std::string external_url;
  std::string told_file{};              // what was told is kept there; in memory only where it is empty
  boost::asio::any_io_executor disk{};  // a thread on which that file may hang
};

class Notifier {
 public:
  Notifier(NotifierParts parts, const NotifyPlan& plan);

  void start();
  // Ends what is under way, and begins again with these destinations; what was told is not told again.
  boost::asio::awaitable<void> apply(const NotifyPlan& plan);
  void cancel();
  boost::asio::awaitable<void> join();
  // After join(): writes what is left to write.
  boost::asio::awaitable<void> finish() { return told_.finish(); }

  const NotifyTally& tally() const { return tally_; }
  std::uint64_t failed_writes() const { return told_.writes().failures(); }
  // A write hangs.
  bool is_busy() const { return told_.writes().is_busy(); }

 private:
  struct Health {
    Backoff backoff;
    bool fails = false;
  };

  void take(const NotifyPlan& plan);
  void resume();
  boost::asio::awaitable<void> look();
  boost::asio::awaitable<void> serve(Channel& channel);
  boost::asio::awaitable<bool> send_all(Channel& channel, std::vector<HttpRequest> requests, Health& health);
  boost::asio::awaitable<void> beat(HeartbeatPlan plan);
  // Counts it and logs where it begins to fail and where it works again.
  bool note(const Destination& destination, const HttpExchange& exchange, bool& fails);

  NotifierParts parts_;
  ToldKeeper told_;
  AlertPolicy policy_;
  std::vector<std::unique_ptr<Channel>> channels_;
  std::optional<HeartbeatPlan> heartbeat_;
  NotifyTally tally_;
  std::unique_ptr<TaskGroup> tasks_;
};

}  // namespace lgtmwatch
