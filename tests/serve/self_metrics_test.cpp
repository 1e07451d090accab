#include "daemon/serve/self_metrics.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <numeric>

namespace {

using namespace lgtmwatch;
using namespace std::chrono_literals;

TEST_CASE("A lag is counted in the first bucket that holds it, and a longer one in none") {
  LagHistogram lag;
  lag.observe(1ms);
  lag.observe(1ms + 1ns);
  lag.observe(15s);
  lag.observe(16s);
  CHECK(lag.counts == std::array<std::uint64_t, 9>{1, 1, 0, 0, 0, 0, 0, 0, 1});
  CHECK(lag.count == 4);
  CHECK(lag.sum == Approx(31.002));
}

TEST_CASE("The figures of this process are plausible") {
  const auto process = read_process_metrics();
  REQUIRE(process.has_value());
  const auto now = unix_seconds(std::chrono::system_clock::now());
  CHECK(process->resident_bytes > 1e6);
  CHECK(process->virtual_bytes >= process->resident_bytes);
  CHECK(process->open_fds >= 3);
  CHECK(process->open_fds < process->max_fds);
  CHECK(process->cpu_seconds >= 0);
  CHECK(process->start_time_seconds > now - 3600);
  CHECK(process->start_time_seconds <= now + 1);
}

}  // namespace
