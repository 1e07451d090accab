// What one readiness probe costs: sends COUNT requests, each on a fresh connection, one after the other,
// through the client that the probes use, and prints the CPU time of this process per probe and its memory.
//
// usage: bench_probe_cost URL COUNT. The script `run` beside this file starts the server and compares.
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <string_view>

#include "daemon/base/clock.hpp"
#include "daemon/net/http_client.hpp"

namespace {

using namespace lgtmwatch;

constexpr int warm_up = 20;

struct Round {
  int wanted = 0;
  int ready = 0;
  std::string failure;
};

boost::asio::awaitable<void> probe(HttpClient& client, const Endpoint& endpoint, Round& round) {
  SystemClock clock;
  for (int i = 0; i < round.wanted; ++i) {
    HttpRequest request("");
    request.connection = Connection::fresh;
    Deadline deadline(clock.now() + std::chrono::seconds(5));
    auto exchange = co_await client.send(endpoint, std::move(request), deadline);
    if (!exchange.answer) {
      round.failure = exchange.answer.error().what;
      co_return;
    }
    round.ready += exchange.answer->status == 200;
  }
}

std::string run(HttpClient& client, const Endpoint& endpoint, int count, boost::asio::io_context& io) {
  Round round;
  round.wanted = count;
  std::exception_ptr thrown;
  boost::asio::co_spawn(io, probe(client, endpoint, round), [&](std::exception_ptr e) { thrown = e; });
  io.restart();
  io.run();
  if (thrown) std::rethrow_exception(thrown);
  if (!round.failure.empty()) return round.failure;
  return round.ready == count ? "" : "only " + std::to_string(round.ready) + " answers were 200";
}

double cpu_microseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto microseconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

std::string resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "VmRSS:" && status >> word) return word;
  }
  return "unknown";
}

int fail(const std::string& why) {
  std::fprintf(stderr, "bench_probe_cost: %s\n", why.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return fail("usage: bench_probe_cost URL COUNT");
  auto url = Url::parse(argv[1]);
  if (!url) return fail(url.error().what);
  int count = 0;
  std::string_view number(argv[2]);
  std::from_chars(number.data(), number.data() + number.size(), count);
  if (count <= 0) return fail("COUNT must be a number above 0");

  Endpoint endpoint(*url);
  boost::asio::io_context io(1);
  auto resolver = make_resolver(io.get_executor());
  auto client = make_http_client(io.get_executor(), *resolver);
  if (auto why = run(*client, endpoint, warm_up, io); !why.empty()) return fail(why);
  const double before = cpu_microseconds();
  if (auto why = run(*client, endpoint, count, io); !why.empty()) return fail(why);
  std::printf("cpu_us_per_probe %.2f\nrss_kib %s\n", (cpu_microseconds() - before) / count, resident_kib().c_str());
}
