// Log: one line for each event, in logfmt or JSON, on standard error. Written by a thread of its own from a bounded
// queue, so that a reader who does not read cannot hold up the probes; when it is full the oldest lines are lost.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lgtmwatch {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { logfmt, json };

std::optional<LogLevel> parse_log_level(std::string_view text);
std::optional<LogFormat> parse_log_format(std::string_view text);

using LogFields = std::vector<std::pair<std::string, std::string>>;

class Log {
 public:
  Log(LogLevel least, LogFormat format);
  ~Log();  // writes what is queued
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view message, const LogFields& fields = {});
  void info(std::string_view message, const LogFields& fields = {});
  void warn(std::string_view message, const LogFields& fields = {});
  void error(std::string_view message, const LogFields& fields = {});
  void write(LogLevel level, std::string_view message, const LogFields& fields);
  void flush();  // returns when what was queued is written; nothing can be logged after it

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// One line without line feed; time is "2026-11-22T12:55:39Z".
std::string log_line(LogFormat format, std::string_view time, LogLevel level, std::string_view message,
                     const LogFields& fields);

}  // namespace lgtmwatch
