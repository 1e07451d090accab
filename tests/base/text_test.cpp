#include "daemon/base/text.hpp"

#include <catch2/catch.hpp>

namespace {

using lgtmwatch::shown_text;
using namespace std::string_literals;

#define FFFD "\xEF\xBF\xBD"

TEST_CASE("What is shown is valid UTF-8 without control characters") {
  struct Case {
    const char* name;
    std::string bytes;
    std::string shown;
  };
  const auto test_case = GENERATE(
      Case{"empty", "", ""}, Case{"ASCII", "ready", "ready"}, Case{"two bytes", "é", "é"},
      Case{"three bytes", "€", "€"}, Case{"four bytes", "😀", "😀"},
      Case{"last code point", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
      Case{"line feed and tab stay", "a\nb\tc", "a\nb\tc"}, Case{"NUL", "a\0b"s, "a b"},
      Case{"escape of a terminal", "\x1b[31m", " [31m"}, Case{"delete", "a\x7f", "a "},
      Case{"carriage return", "a\r\n", "a \n"}, Case{"lonely continuation", "a\x80z", "a" FFFD "z"},
      Case{"cut off", "a\xE2\x82", "a" FFFD FFFD}, Case{"Latin-1", "caf\xE9!", "caf" FFFD "!"},
      Case{"overlong slash", "\xC0\xAF", FFFD FFFD}, Case{"overlong in three bytes", "\xE0\x80\x80", FFFD FFFD FFFD},
      Case{"overlong in four bytes", "\xF0\x80\x80\x80", FFFD FFFD FFFD FFFD},
      Case{"surrogate", "\xED\xA0\x80", FFFD FFFD FFFD},
      Case{"beyond Unicode", "\xF4\x90\x80\x80", FFFD FFFD FFFD FFFD}, Case{"no such byte", "\xFF\xFE", FFFD FFFD});
  CAPTURE(test_case.name);
  CHECK(shown_text(test_case.bytes) == test_case.shown);
}

TEST_CASE("Text is cut at a number of bytes but never within a character") {
  CHECK(shown_text("abcdef", 3) == "abc");
  CHECK(shown_text("abc", 3) == "abc");
  CHECK(shown_text("ab€", 4) == "ab");
  CHECK(shown_text("ab€", 5) == "ab€");
  CHECK(shown_text("\xFF", 2).empty());
  CHECK(shown_text("\xFF", 3) == FFFD);
  CHECK(shown_text("abc", 0).empty());
}

}  // namespace
