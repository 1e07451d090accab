// Reloader: takes a new configuration while the daemon runs, and fresh contents of the files that it refers to.
//
// reload() is for SIGHUP and POST /-/reload. look_at_files() is for secrets and certificates: it takes what they hold
// now, with the configuration that is in force, not with one that was written meanwhile. take() is for stacks that are
// found elsewhere (discovery.hpp). All of it waits in one queue,
// so that one is done at a time; files are read on the worker. What cannot be used changes nothing: a reload takes both
// the configuration and the web configuration, or neither.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/clock.hpp"
#include "daemon/config_file.hpp"
#include "daemon/log.hpp"
#include "daemon/serve/self_metrics.hpp"

namespace lgtmwatch {

// How the web configuration is taken anew.
struct WebReload {
  // Gives what is wrong with it, and then changes nothing.
  std::function<boost::asio::awaitable<std::optional<std::string>>()> take;
  // What the files that it names hold now.
  std::function<boost::asio::awaitable<void>()> take_files;
};

// All must outlive the Reloader.
struct ReloadParts {
  boost::asio::any_io_executor executor;
  boost::asio::any_io_executor worker;
  const Clock& clock;
  Log& log;
  SelfMetrics& self;
  std::function<boost::asio::awaitable<void>(const LoadedConfig&)> apply;  // one that holds a plan
  WebReload web;
};

class Reloader {
 public:
  Reloader(ConfigFile in_force, ReloadParts parts);
  ~Reloader();

  // Does what is asked for, until it is cancelled.
  boost::asio::awaitable<void> run();
  // Every 5 s, until it is cancelled.
  boost::asio::awaitable<void> look_at_files();
  // Nothing once a new configuration is in force; else what is wrong with it.
  boost::asio::awaitable<std::optional<std::string>> reload();
  // Takes the stacks of these targets in place of those found before.
  boost::asio::awaitable<void> take(FoundTargets found);

 private:
  struct Order;
  enum class What { configuration, files, targets };

  boost::asio::awaitable<std::optional<std::string>> ask_for(What what, FoundTargets found = {});
  boost::asio::awaitable<std::optional<std::string>> take_configuration();
  boost::asio::awaitable<void> take_files();
  boost::asio::awaitable<void> take_targets(FoundTargets found);
  boost::asio::awaitable<void> put_in_force(ConfigFile config);
  std::string refuse(std::string problem);

  ReloadParts parts_;
  ConfigFile in_force_;
  FileContents seen_;  // when they were last looked at
  std::vector<std::shared_ptr<Order>> orders_;
  struct Bell;
  std::unique_ptr<Bell> bell_;
};

}  // namespace lgtmwatch
