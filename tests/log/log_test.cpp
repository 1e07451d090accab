#include "daemon/log.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

namespace {

using namespace lgtmwatch;

constexpr const char* time = "2026-11-22T12:55:39Z";

TEST_CASE("In logfmt only values that need it are quoted, and a line stays one line") {
  struct Case {
    const char* name;
    const char* value;
    const char* shown;
  };
  const auto test_case = GENERATE(
      Case{"plain", "loki:3100", "loki:3100"}, Case{"empty", "", "\"\""}, Case{"space", "a b", "\"a b\""},
      Case{"quote", "say \"hi\"", R"("say \"hi\"")"}, Case{"quote alone", "\"", R"("\"")"},
      Case{"backslash", R"(a\b)", R"("a\\b")"}, Case{"newline", "a\nb", R"("a\nb")"}, Case{"tab", "a\tb", R"("a\tb")"},
      Case{"carriage return", "a\r", R"("a\r")"}, Case{"equals", "a=b", "\"a=b\""},
      Case{"forged field", "x level=error\nts=now", R"("x level=error\nts=now")"},
      Case{"escape of a terminal", "\x1b[31m", R"("\u001b[31m")"}, Case{"other letters", "é", "é"});
  CAPTURE(test_case.name);
  const std::string shown = test_case.shown;
  CHECK(log_line(LogFormat::logfmt, time, LogLevel::warn, test_case.value, {{"key", test_case.value}}) ==
        "ts=2026-11-22T12:55:39Z level=warn msg=" + shown + " key=" + shown);
}

TEST_CASE("In JSON every text comes back as it was, and a line stays one line") {
  const std::string text = GENERATE(as<std::string>(), "plain", "", "say \"hi\"", R"(a\b)", "a\nb\r\tc", "\x1b[31m",
                                    "é", R"(","level":"error)");
  CAPTURE(text);
  const auto line = log_line(LogFormat::json, time, LogLevel::error, text, {{"first", text}, {"second", "2"}});
  CHECK(line.find('\n') == std::string::npos);
  const auto parsed = boost::json::parse(line).as_object();
  CHECK(parsed.size() == 5);
  CHECK(parsed.at("ts") == time);
  CHECK(parsed.at("level") == "error");
  CHECK(parsed.at("msg").as_string() == text);
  CHECK(parsed.at("first").as_string() == text);
  CHECK(parsed.at("second") == "2");
}

TEST_CASE("Lines without fields end with the message") {
  CHECK(log_line(LogFormat::logfmt, time, LogLevel::info, "up", {}) == "ts=2026-11-22T12:55:39Z level=info msg=up");
  CHECK(log_line(LogFormat::json, time, LogLevel::debug, "up", {}) ==
        R"({"ts":"2026-11-22T12:55:39Z","level":"debug","msg":"up"})");
}

TEST_CASE("Levels and formats are read by their names and nothing else is") {
  CHECK(parse_log_level("debug") == LogLevel::debug);
  CHECK(parse_log_level("info") == LogLevel::info);
  CHECK(parse_log_level("warn") == LogLevel::warn);
  CHECK(parse_log_level("error") == LogLevel::error);
  CHECK(parse_log_format("logfmt") == LogFormat::logfmt);
  CHECK(parse_log_format("json") == LogFormat::json);
  for (const auto* other : {"", "INFO", "warning", "text"}) {
    CHECK_FALSE(parse_log_level(other).has_value());
    CHECK_FALSE(parse_log_format(other).has_value());
  }
}

}  // namespace
