// Sandbox: the stand-in stack as a whole. Its doors listen once it is made; run() plays until it is cancelled.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/base/clock.hpp"
#include "sandbox/alloy.hpp"
#include "sandbox/application.hpp"
#include "sandbox/changes.hpp"
#include "sandbox/control.hpp"
#include "sandbox/docker.hpp"
#include "sandbox/door.hpp"
#include "sandbox/grafana.hpp"
#include "sandbox/loki.hpp"
#include "sandbox/mimir.hpp"
#include "sandbox/otlp_receiver.hpp"
#include "sandbox/tempo.hpp"

namespace lgtmwatch::sandbox {

struct SandboxOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port_base = 0;  // the doors take this port and the following; 0 takes free ones
  std::vector<std::string> faults;
  Duration history = std::chrono::minutes(10);
  std::uint64_t seed = 1;
  Duration patience = std::chrono::seconds(1);  // of the application, for each of its exports
};

class Sandbox {
 public:
  static Result<std::unique_ptr<Sandbox>> make(boost::asio::any_io_executor executor, const Clock& clock,
                                               const SandboxOptions& options);

  // By the names control, loki, tempo, mimir, alloy, mobile-http, backend, mobile-grpc, logs-push, metrics-write,
  // grafana, docker and tempo-otlp.
  const Addresses& addresses() const { return addresses_; }
  // The line that the program prints: all addresses, and the configuration file where one was written.
  static std::string announcement(const Addresses& addresses, const std::string& config_file);

  // From now on. The problem, where there is one.
  std::optional<std::string> set_fault(const std::string& fault);
  void clear_fault(const std::string& fault);

  boost::asio::awaitable<void> run();
  // One round of what run() does every two seconds.
  boost::asio::awaitable<void> play();
  // Closes all doors and waits for their connections to end.
  boost::asio::awaitable<void> close();

 private:
  using Doors = std::map<std::string, std::unique_ptr<Door>>;

  Sandbox(const Clock& clock, const SandboxOptions& options, Doors doors, Addresses addresses);
  // What the component behind the door answers, with what faults change in it.
  Answer answers_of(const std::string& door);
  void connect_doors();
  Result<void> set_doors();
  void remember(Duration history);
  // Since: how far back the fault reaches.
  void take(const std::string& fault, Duration since);
  void restart(const std::string& door);
  void reach_back(const std::string& fault, Duration since);

  const Clock& clock_;
  Faults faults_;
  Changes changes_;
  std::map<std::string, Answer> components_;  // by door: without faults that are files
  Store store_;
  Addresses addresses_;
  Pipeline pipeline_;
  Loki loki_;
  Tempo tempo_;
  Mimir mimir_;
  Grafana grafana_;
  Alloy alloy_;
  Docker docker_;
  OtlpReceiver backend_;
  OtlpReceiver mobile_;
  OtlpReceiver mobile_grpc_;
  Application application_;
  Control control_;
  int rounds_ = 0;
  Doors doors_;  // last: their connections use all of the above
};

}  // namespace lgtmwatch::sandbox
