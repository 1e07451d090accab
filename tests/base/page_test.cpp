#include "daemon/base/page.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace lgtmwatch;

TEST_CASE("A page is asked for as it is written") {
  struct Case {
    const char* text;
    const char* server;
    const char* target;
  };
  const auto page =
      GENERATE(Case{"http://sd:8000", "http://sd:8000", "/"}, Case{"https://sd/devices/", "https://sd", "/devices/"},
               Case{"http://sd/stacks?site=a&tag=b%20c", "http://sd", "/stacks?site=a&tag=b%20c"},
               Case{"http://[::1]:80/a?next=/b", "http://[::1]", "/a?next=/b"});
  const auto parsed = Page::parse(page.text);
  REQUIRE(parsed.has_value());
  CHECK(parsed->server().text() == page.server);
  CHECK(parsed->target() == page.target);
}

TEST_CASE("A page is written as it was given, but for what means the same") {
  CHECK(Page::parse("http://sd:80/a/?b")->text() == "http://sd/a/?b");
  CHECK(Page::parse("http://sd/")->text() == "http://sd");
  CHECK(Page::parse("http://sd?site=a")->text() == "http://sd/?site=a");
}

TEST_CASE("What is no address of a page is refused, and credentials in it are not shown") {
  struct Case {
    const char* text;
    const char* why;
  };
  const auto wrong =
      GENERATE(Case{"unix:///run/sd.sock", "the scheme must be http or https"},
               Case{"sd.example/stacks", "the scheme must be http or https"}, Case{"http://sd/a b", "it is not a URL"},
               Case{"http://", "the host is missing"}, Case{"http://sd/a#b", "it must not have a fragment"});
  const auto refused = Page::parse(wrong.text);
  REQUIRE(refused.has_error());
  CHECK(refused.error().what == "'" + std::string(wrong.text) + "' is not an address: " + wrong.why);
  CHECK(Page::parse("http://me:geheim@sd/a").error().what.find("geheim") == std::string::npos);
}

}  // namespace
