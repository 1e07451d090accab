#include "daemon/serve/self_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace lgtmwatch {
namespace {

// Fields of /proc/self/stat behind the command name, numbered as in proc(5).
constexpr int utime_field = 14;
constexpr int stime_field = 15;
constexpr int start_field = 22;
constexpr int virtual_field = 23;
constexpr int resident_field = 24;

double boot_time() {
  std::ifstream stat("/proc/stat");
  std::string word;
  while (stat >> word) {
    double seconds = 0;
    if (word == "btime" && stat >> seconds) return seconds;
  }
  return 0;
}

double count_open_fds() {
  std::error_code code;
  double count = 0;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", code);
       !code && entry != std::filesystem::directory_iterator(); entry.increment(code))
    ++count;
  return count;
}

}  // namespace

std::optional<ProcessMetrics> read_process_metrics() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line) || line.rfind(')') == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string state;
  fields >> state;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  ProcessMetrics metrics;
  double value = 0;
  for (int field = 4; field <= resident_field && fields >> value; ++field) {
    if (field == utime_field || field == stime_field) metrics.cpu_seconds += value / ticks;
    if (field == start_field) metrics.start_time_seconds = boot_time() + value / ticks;
    if (field == virtual_field) metrics.virtual_bytes = value;
    if (field == resident_field) metrics.resident_bytes = value * static_cast<double>(sysconf(_SC_PAGESIZE));
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) metrics.max_fds = static_cast<double>(limit.rlim_cur);
  metrics.open_fds = count_open_fds();
  return metrics;
}

}  // namespace lgtmwatch
