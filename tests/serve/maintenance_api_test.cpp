#include "daemon/serve/maintenance_api.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "tests/serve/support.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

Result<AnnouncedWindow> parse(const std::string& body) { return parse_window(body, OneStack().snapshot(), noon); }

TEST_CASE("A window needs its end alone, and concerns everything from now on then") {
  const auto announced = parse(R"({"end":"2026-11-22T14:00:00+01:00"})").value();
  CHECK(announced.window.start == noon);
  CHECK(announced.window.end == noon + 1h);
  CHECK(announced.window.signals.size() == 3);
  CHECK_FALSE(announced.window.pauses_canaries);
  CHECK(announced.concerns("shop"));
  CHECK(announced.concerns("one that comes later"));
}

TEST_CASE("A window may name its stacks, its signals, its start, what canaries do, and why it is there") {
  const auto announced =
      parse(
          R"({"stacks":["shop"],"signals":["logs","logs"],"start":"2026-11-23T01:00:00Z","end":"2026-11-23T02:00:00Z",)"
          R"("canaries":"pause","comment":"new\u0007 disks"})")
          .value();
  CHECK(announced.window.start == noon + 13h);
  CHECK(announced.window.signals == std::vector<Signal>{Signal::logs});
  CHECK(announced.window.pauses_canaries);
  CHECK(announced.comment == "new  disks");
  CHECK_FALSE(announced.concerns("other"));
}

TEST_CASE("What is wrong with a window is told with the key and what is allowed") {
  struct Case {
    const char* body;
    const char* what;
    const char* hint;
  };
  const auto test_case = GENERATE(
      Case{"{}", "end: it is needed", "2026-12-01T02:00:00Z"}, Case{"[]", "no JSON object", "\"end\""},
      Case{R"({"end":"tomorrow"})", "end: 'tomorrow' is no time", "RFC 3339"},
      Case{R"({"end":"2026-11-22T11:00:00Z"})", "is not later than the start", ""},
      Case{R"({"start":"2026-11-22T10:00:00Z","end":"2026-11-22T11:00:00Z"})", "is over", "2026-11-22T12:00:00Z"},
      Case{R"({"end":"2026-12-23T12:00:00Z"})", "more than 30 days", "configuration"},
      Case{R"({"start":"2028-01-01T00:00:00Z","end":"2028-01-01T01:00:00Z"})", "more than a year away", ""},
      Case{R"({"stacks":["shpo"],"end":"2026-11-22T13:00:00Z"})", "no stack 'shpo'", "there are: shop"},
      Case{R"({"signals":["log"],"end":"2026-11-22T13:00:00Z"})", "no signal", "metrics, logs, traces"},
      Case{R"({"canaries":"stop","end":"2026-11-22T13:00:00Z"})", "canaries: 'stop' is unknown", "pause or write"},
      Case{R"({"until":"2026-11-22T13:00:00Z"})", "until: unknown key", "stacks, signals, start, end"});
  CAPTURE(test_case.body);
  const auto refused = parse(test_case.body);
  REQUIRE(refused.has_error());
  CHECK_THAT(refused.error().what, Contains(test_case.what));
  CHECK_THAT(refused.error().hint, Contains(test_case.hint));
}

TEST_CASE("What is no JSON, or of another type, is refused with its place") {
  for (const auto* body :
       {"", "{", R"({"end":5})", R"({"end":"2026-11-22T13:00:00Z","stacks":"shop"})",
        R"({"end":"2026-11-22T13:00:00Z","stacks":[1]})", R"({"end":"2026-11-22T13:00:00Z","comment":[]})"}) {
    CAPTURE(body);
    const auto refused = parse(body);
    REQUIRE(refused.has_error());
    CHECK_FALSE(refused.error().what.empty());
  }
  CHECK(parse(R"({"end":"2026-11-22T13:00:00Z","comment":")" + std::string(501, 'x') + "\"}").has_error());
}

TEST_CASE("A window is shown with where it comes from and whether it holds") {
  auto announced = parse(R"({"stacks":["shop"],"end":"2026-11-22T13:00:00Z"})").value();
  announced.id = "0123456789abcdef";
  CHECK(
      boost::json::serialize(window_json(announced, noon)) ==
      R"({"id":"0123456789abcdef","from":"api","stacks":["shop"],"signals":["metrics","logs","traces"],)"
      R"("start":"2026-11-22T12:00:00Z","end":"2026-11-22T13:00:00Z","canaries":"write","comment":"","active":true})");
  announced.id.clear();
  const auto shown = window_json(announced, noon + 1h);
  CHECK(shown.at("id").is_null());
  CHECK(shown.at("from") == "configuration");
  CHECK(shown.at("active") == false);
}

}  // namespace
