#include "daemon/log_change.hpp"

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

}  // namespace lgtmwatch
