// A sandbox on one io_context, with a clock that stands, and a client that talks to its doors over real sockets.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/clock.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/net/grpc.hpp"
#include "sandbox/sandbox.hpp"

namespace lgtmwatch::test {

// Wall time stands where it was put; waiting is real.
class StandingClock final : public Clock {
 public:
  Tick now() const override { return real_.now(); }
  WallTime wall() const override { return time; }
  boost::asio::awaitable<void> sleep_until(Tick tick) const override { return real_.sleep_until(tick); }

  WallTime time = wall_from_unix_seconds(1'795'352'139.658);

 private:
  SystemClock real_;
};

struct Ask {
  std::string method = "GET";
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Duration patience = std::chrono::seconds(10);
};

struct Reply {
  bool refused = false;    // no connection
  bool timed_out = false;  // a connection, and no complete answer in time
  std::string bytes;       // all that came
  int status = 0;          // 0 where it was not HTTP
  std::string content_type;
  std::string body;

  boost::json::value json() const;  // null where the body is not JSON
};

class Bench {
 public:
  explicit Bench(sandbox::SandboxOptions options = {}, double unix_seconds = 1'795'352'139.658);
  ~Bench();

  // door: control, loki, tempo, mimir, alloy, grafana, docker or a receiver.
  Reply ask(const std::string& door, const Ask& ask);
  Reply get(const std::string& door, const std::string& path);
  // True where the door accepts the connection and then says nothing for a while.
  bool hangs(const std::string& door, const std::string& path);
  Reply post(const std::string& door, const std::string& path, const std::string& type, const std::string& body);
  // One call of gRPC, as the client of lgtmwatch makes it.
  Result<GrpcResponse> call(const std::string& door, const std::string& method, const std::string& message);
  int fault(const std::string& name);  // POST /faults/NAME; the status
  void clear();                        // DELETE /faults
  void play(int rounds = 1);           // rounds of the application, two seconds apart
  void advance(Duration by) { clock.time += by; }
  std::int64_t now_ns() const { return clock.time.time_since_epoch().count(); }
  // The value of the series of Alloy's /metrics that begins so; -1 where there is none.
  double alloy_figure(const std::string& series);

  StandingClock clock;

 private:
  void run(boost::asio::awaitable<void> task);

  boost::asio::io_context io_{1};
  std::unique_ptr<sandbox::Sandbox> sandbox_;
};

// Everything but letters and digits as %XX.
std::string escaped(const std::string& text);

}  // namespace lgtmwatch::test
