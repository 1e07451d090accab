#include "daemon/log.hpp"

#include <spdlog/async.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "daemon/base/time.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t queue_lines = 8192;

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
  }
  return "info";
}

bool is_control(char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }

bool needs_quotes(char c) { return is_control(c) || c == ' ' || c == '=' || c == '"' || c == '\\'; }

std::string logfmt_value(std::string_view value) {
  if (!value.empty() && std::none_of(value.begin(), value.end(), needs_quotes)) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) {
    switch (c) {
      case '"': quoted += "\\\""; break;
      case '\\': quoted += "\\\\"; break;
      case '\n': quoted += "\\n"; break;
      case '\t': quoted += "\\t"; break;
      case '\r': quoted += "\\r"; break;
      default: quoted += is_control(c) ? fmt::format("\\u{:04x}", static_cast<int>(c)) : std::string(1, c);
    }
  }
  return quoted + "\"";
}

std::string json_line(std::string_view time, LogLevel level, std::string_view message, const LogFields& fields) {
  const auto text = [](std::string_view t) { return boost::json::string(t.data(), t.size()); };
  boost::json::object line{{"ts", text(time)}, {"level", text(name_of(level))}, {"msg", text(message)}};
  for (const auto& [key, value] : fields) line[text(key)] = text(value);
  return boost::json::serialize(line);
}

}  // namespace

class Log::Impl {
 public:
  Impl(LogLevel least_, LogFormat format_)
      : least(least_),
        format(format_),
        writer(std::make_shared<spdlog::details::thread_pool>(queue_lines, 1)),
        logger(std::make_shared<spdlog::async_logger>("lgtmwatch", std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                                                      writer, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
  }

  LogLevel least;
  LogFormat format;
  std::shared_ptr<spdlog::details::thread_pool> writer;
  std::shared_ptr<spdlog::async_logger> logger;
};

Log::Log(LogLevel least, LogFormat format) : impl_(std::make_unique<Impl>(least, format)) {}

Log::~Log() = default;

void Log::debug(std::string_view message, const LogFields& fields) { write(LogLevel::debug, message, fields); }
void Log::info(std::string_view message, const LogFields& fields) { write(LogLevel::info, message, fields); }
void Log::warn(std::string_view message, const LogFields& fields) { write(LogLevel::warn, message, fields); }
void Log::error(std::string_view message, const LogFields& fields) { write(LogLevel::error, message, fields); }

void Log::write(LogLevel level, std::string_view message, const LogFields& fields) {
  if (level < impl_->least || !impl_->logger) return;
  const auto time = format_rfc3339(WallTime(std::chrono::system_clock::now()));
  impl_->logger->log(spdlog::level::info, log_line(impl_->format, time, level, message, fields));
}

void Log::flush() {
  impl_->logger.reset();
  impl_->writer.reset();  // its destructor writes the queue and joins the thread
}

std::string log_line(LogFormat format, std::string_view time, LogLevel level, std::string_view message,
                     const LogFields& fields) {
  if (format == LogFormat::json) return json_line(time, level, message, fields);
  auto line = fmt::format("ts={} level={} msg={}", time, name_of(level), logfmt_value(message));
  for (const auto& [key, value] : fields) line += fmt::format(" {}={}", key, logfmt_value(value));
  return line;
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
  for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error})
    if (name_of(level) == text) return level;
  return std::nullopt;
}

std::optional<LogFormat> parse_log_format(std::string_view text) {
  if (text == "logfmt") return LogFormat::logfmt;
  if (text == "json") return LogFormat::json;
  return std::nullopt;
}

}  // namespace lgtmwatch
