// ServiceManager: tells systemd, or what else has started the daemon, how it does (sd_notify(3), Type=notify).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>

#include "daemon/base/clock.hpp"

namespace lgtmwatch {

class ServiceManager {
 public:
  using Variable = std::function<std::optional<std::string>(const std::string& name)>;

  // Tells nobody.
  ServiceManager() = default;
  // From NOTIFY_SOCKET and WATCHDOG_USEC; the latter counts only for this process (WATCHDOG_PID).
  explicit ServiceManager(const Variable& variable);

  // Says that the daemon is ready, feeds the watchdog as long as nothing stands, and says at its end that it stops.
  boost::asio::awaitable<void> attend(const Clock& clock,
                                      std::function<std::optional<std::string>()> what_stands) const;
  // Says so while the task runs.
  boost::asio::awaitable<void> while_reloading(boost::asio::awaitable<std::optional<std::string>> reload) const;

 private:
  void tell(const std::string& state) const;

  std::string socket_;    // its path, or @NAME of an abstract one; empty: nobody listens
  Duration watchdog_{0};  // how long it waits to be fed; zero: it is not wanted
};

}  // namespace lgtmwatch
