#include "daemon/commands/log_flags.hpp"

namespace lgtmwatch {

void add_log_flags(CLI::App& command, LogFlags& flags) {
  command.add_option("--log.level", flags.level, "Least level that is logged")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str()
      ->envname("LGTMWATCH_LOG_LEVEL");
  command.add_option("--log.format", flags.format, "Format of the log")
      ->check(CLI::IsMember({"logfmt", "json"}))
      ->capture_default_str()
      ->envname("LGTMWATCH_LOG_FORMAT");
}

Log make_log(const LogFlags& flags) {
  return Log(parse_log_level(flags.level).value_or(LogLevel::info),
             parse_log_format(flags.format).value_or(LogFormat::logfmt));
}

}  // namespace lgtmwatch
