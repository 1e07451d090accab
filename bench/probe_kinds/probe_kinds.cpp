// What each kind of probe costs: runs all probes of a kind COUNT times, one after the other, through the clients that
// the daemon uses, and prints for every kind what one run asks, receives and takes of this process's CPU time.
//
// usage: bench_probe_kinds CONFIG COUNT. The script `run` beside this file starts the sandbox and shows the table.
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "daemon/config/load.hpp"
#include "daemon/net/grpc_client.hpp"
#include "daemon/net/http_client.hpp"
#include "probes/registry.hpp"

namespace {

using namespace lgtmwatch;

constexpr int warm_up = 3;

struct Traffic {
  std::size_t requests = 0;
  std::size_t bytes = 0;  // of the answers, without headers, after decompression
};

class CountingHttpClient final : public HttpClient {
 public:
  CountingHttpClient(HttpClient& real, Traffic& traffic) : real_(real), traffic_(traffic) {}
  boost::asio::awaitable<HttpExchange> send(const Endpoint& endpoint, HttpRequest request, Deadline deadline) override {
    auto exchange = co_await real_.send(endpoint, std::move(request), deadline);
    ++traffic_.requests;
    if (exchange.answer) traffic_.bytes += exchange.answer->body.size();
    co_return exchange;
  }

 private:
  HttpClient& real_;
  Traffic& traffic_;
};

class CountingGrpcClient final : public GrpcClient {
 public:
  CountingGrpcClient(GrpcClient& real, Traffic& traffic) : real_(real), traffic_(traffic) {}
  boost::asio::awaitable<GrpcExchange> call(const Endpoint& endpoint, GrpcRequest request, Deadline deadline) override {
    auto exchange = co_await real_.call(endpoint, std::move(request), deadline);
    ++traffic_.requests;
    if (exchange.answer) traffic_.bytes += exchange.answer->message.size();
    co_return exchange;
  }

 private:
  GrpcClient& real_;
  Traffic& traffic_;
};

using Kind = std::vector<const Probe*>;

struct Round {
  const Kind& kind;
  int count = 0;
  std::string failure;
};

boost::asio::awaitable<void> repeat(Round& round, Clients clients) {
  const SystemClock clock;
  for (int i = 0; i < round.count; ++i) {
    for (const auto* probe : round.kind) {
      const auto record = co_await run_probe(*probe, clients, clock);
      if (!record.failure) continue;
      round.failure = record.failure->what;
      co_return;
    }
  }
}

void run(Round& round, Clients clients, boost::asio::io_context& io) {
  std::exception_ptr thrown;
  boost::asio::co_spawn(io, repeat(round, clients), [&](std::exception_ptr e) { thrown = e; });
  io.restart();
  io.run();
  if (thrown) std::rethrow_exception(thrown);
}

double cpu_microseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto microseconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

Probes probes_of(const std::string& config) {
  Environment environment;
  environment.variable = [](const std::string&) { return std::optional<std::string>(); };
  environment.read_file = [](const std::string& path) { return Result<std::string>(content_of(path)); };
  const auto loaded = load_config(content_of(config), config, environment);
  Probes probes;
  if (!loaded.plan) return probes;
  for (const auto& stack : loaded.plan->stacks)
    for (auto& probe : make_probes(stack)) probes.push_back(std::move(probe));
  return probes;
}

int fail(const std::string& why) {
  std::fprintf(stderr, "bench_probe_kinds: %s\n", why.c_str());
  return 1;
}

int measure(const Probes& probes, int count) {
  std::map<std::string, Kind> kinds;
  for (const auto& probe : probes) kinds[probe->plan().probe].push_back(probe.get());
  boost::asio::io_context io(1);
  Traffic traffic;
  const auto resolver = make_resolver(io.get_executor());
  const auto http = make_http_client(io.get_executor(), *resolver);
  const auto grpc = make_grpc_client(io.get_executor(), *resolver);
  CountingHttpClient counting_http(*http, traffic);
  CountingGrpcClient counting_grpc(*grpc, traffic);
  const Clients clients{counting_http, counting_grpc};
  for (const auto& [name, kind] : kinds) {
    Round warming{kind, warm_up, {}};
    run(warming, clients, io);
    traffic = {};
    const auto before = cpu_microseconds();
    Round round{kind, count, warming.failure};
    if (round.failure.empty()) run(round, clients, io);
    const auto used = cpu_microseconds() - before;
    if (!round.failure.empty()) return fail(name + ": " + round.failure);
    const auto runs = static_cast<double>(kind.size()) * count;
    std::printf("%s %.2f %.0f %.2f\n", name.c_str(), static_cast<double>(traffic.requests) / runs,
                static_cast<double>(traffic.bytes) / runs, used / runs);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fail("usage: bench_probe_kinds CONFIG COUNT");
  const std::string number(argv[2]);
  int count = 0;
  std::from_chars(number.data(), number.data() + number.size(), count);
  if (count <= 0) return fail("COUNT must be a number above 0");
  const auto probes = probes_of(argv[1]);
  if (probes.empty()) return fail(std::string(argv[1]) + " is no configuration with anything to probe");
  return measure(probes, count);
}
