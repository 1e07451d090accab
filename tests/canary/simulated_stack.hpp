// SimulatedStack: the sandbox's handlers without sockets, in the time of a test's clock. As clients of the keeper it
// takes writes and answers reads; its fields are the faults.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "daemon/model/plan.hpp"
#include "daemon/net/grpc.hpp"
#include "daemon/net/http.hpp"
#include "sandbox/changes.hpp"
#include "sandbox/grafana.hpp"
#include "sandbox/loki.hpp"
#include "sandbox/mimir.hpp"
#include "sandbox/otlp_receiver.hpp"
#include "sandbox/tempo.hpp"
#include "tests/support/manual_clock.hpp"

namespace lgtmwatch::test {

class SimulatedStack final : public HttpClient, public GrpcClient {
 public:
  explicit SimulatedStack(const Clock& clock) : clock_(clock) {}

  boost::asio::awaitable<HttpExchange> send(const Endpoint& endpoint, HttpRequest request, Deadline deadline) override;
  boost::asio::awaitable<GrpcExchange> call(const Endpoint& endpoint, GrpcRequest request, Deadline deadline) override;

  std::set<std::string> away;                      // hosts that refuse connections
  std::set<std::string> silent;                    // hosts that answer nothing until the deadline
  std::size_t refuses_above = SIZE_MAX;            // bytes of a write
  bool drops_writes = false;                       // acknowledges, keeps nothing
  bool loses_answers = false;                      // keeps, but the answer to a write never comes
  int refuses_with = 0;                            // the status with which writes are answered
  std::function<std::string(std::string)> alters;  // the body of a write
  std::size_t writes = 0;
  std::size_t reads = 0;
  bool forgets = false;  // backends answer as if they held nothing
  sandbox::Store store;
  sandbox::Faults faults;

 private:
  ServerResponse answer(const std::string& host, const HttpRequest& request);
  sandbox::Answer answers_of(const std::string& backend);

  const Clock& clock_;
  sandbox::Changes changes_{faults, clock_};
  sandbox::Store nothing_;
  sandbox::Addresses addresses_{{"loki", "loki:3100"}, {"tempo", "tempo:3200"}, {"mimir", "mimir:9009"}};
  sandbox::Pipeline pipeline_{store, faults};
  sandbox::OtlpReceiver receiver_{"backend", pipeline_, faults};
  sandbox::Loki loki_{store.logs, faults, clock_};
  sandbox::Tempo tempo_{store.traces, faults, clock_};
  sandbox::Mimir mimir_{store.metrics, faults, clock_};
  sandbox::Loki empty_loki_{nothing_.logs, faults, clock_};
  sandbox::Tempo empty_tempo_{nothing_.traces, faults, clock_};
  sandbox::Mimir empty_mimir_{nothing_.metrics, faults, clock_};
  sandbox::Grafana grafana_{
      {{"loki", answers_of("loki")}, {"tempo", answers_of("tempo")}, {"mimir", answers_of("mimir")}},
      faults,
      clock_,
      addresses_};
};

// A stack of that name with a route for each signal through OTLP/HTTP.
StackPlan simulated_plan(const std::string& name);
CanaryRoutePlan simulated_route(Signal signal, const std::string& route, CanaryEntrance entrance,
                                const std::string& url, const std::string& path);

}  // namespace lgtmwatch::test
