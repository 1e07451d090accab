#include "daemon/log_change.hpp"

#include <fmt/format.h>

namespace lgtmwatch {
namespace {

LogLevel level_of(Change::Level level) {
  switch (level) {
    case Change::Level::info: return LogLevel::info;
    case Change::Level::warning: return LogLevel::warn;
    case Change::Level::error: return LogLevel::error;
  }
  return LogLevel::info;
}

}  // namespace

void log_change(Log& log, const Change& change) { log.write(level_of(change.level), change.message, change.fields); }

void log_failure(Log& log, std::exception_ptr failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    log.error("a part of lgtmwatch failed, so it ends", {{"error", error.what()}});
  } catch (...) {
    log.error("a part of lgtmwatch failed, so it ends");
  }
}

void log_start(Log& log, const Plan& plan, const DaemonOptions& options, std::uint16_t port) {
  log.info("lgtmwatch is watching", {{"version", LGTMWATCH_VERSION},
                                     {"stacks", std::to_string(plan.stacks.size())},
                                     {"shard", fmt::format("{} of {}", options.shard.index, options.shard.count)},
                                     {"listen_address", options.listen_socket ? "passed" : options.listen_address},
                                     {"port", std::to_string(port)}});
}

}  // namespace lgtmwatch
