#include "daemon/serve/cause_page.hpp"

#include <catch2/catch.hpp>

#include "daemon/serve/markdown_html.hpp"

namespace {

using namespace lgtmwatch;
using Catch::Contains;

TEST_CASE("Markdown of the run book becomes HTML") {
  struct Case {
    const char* text;
    const char* html;
  };
  const auto test_case = GENERATE(
      Case{"", ""}, Case{"a\nb\n\nc\n", "<p>a\nb</p><p>c</p>"}, Case{"## A\nb", "<h2>A</h2><p>b</p>"},
      Case{"a `b<c` **d** e", "<p>a <code>b&lt;c</code> <b>d</b> e</p>"},
      Case{"`**a**` and `half", "<p><code>**a**</code> and `half</p>"}, Case{"2 ** 3 * 4", "<p>2 ** 3 * 4</p>"},
      Case{"- a\n  b\n- c\n\nd", "<ul><li>a\nb</li><li>c</li></ul><p>d</p>"},
      Case{"1. a\n   b\n2. c", "<ol><li>a\nb</li><li>c</li></ol>"}, Case{"2026 was", "<p>2026 was</p>"},
      Case{"a\n\n    b \"c\"\n      d\n\ne", "<p>a</p><pre>b &quot;c&quot;\n  d</pre><p>e</p>"},
      Case{"- a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"}, Case{"<script>&", "<p>&lt;script&gt;&amp;</p>"});
  CAPTURE(test_case.text);
  CHECK(markdown_html(test_case.text) == test_case.html);
}

TEST_CASE("Every cause of the catalogue has a page with its sections, and is in the list at its stage") {
  const Catalogue catalogue(cause_pages());
  const auto list = cause_list_page(catalogue);
  for (const auto& cause : catalogue.causes()) {
    CAPTURE(cause.id);
    const auto page = cause_page(cause);
    CHECK_THAT(page, Contains("<title>lgtmwatch: " + cause.id + "</title>"));
    for (const auto* section : cause_sections) CHECK_THAT(page, Contains("<h2>" + std::string(section) + "</h2>"));
    for (const auto& id : cause.neighbours) CHECK_THAT(page, Contains("<li><a href=\"" + id + "\">" + id + "</a>: "));
    for (const auto* left_over : {"\n## ", "\n- ", "<p>- ", "<p>    ", "**"}) {
      CAPTURE(left_over);
      CHECK(page.find(left_over) == std::string::npos);
    }
    CHECK_THAT(list, Contains("<a href=\"causes/" + cause.id + "\">"));
    CHECK_THAT(list, Contains("<h2 id=\"" + std::string(to_string(cause.stage)) + "\">"));
  }
}

TEST_CASE("A page says where the cause stands, how severe it is and whether it is recognised") {
  const Catalogue catalogue(cause_pages());
  const auto page = cause_page(*catalogue.find("app-logger-not-exported"));
  CHECK_THAT(page, Contains("stage source · logs · critical at its worst · lgtmwatch recognises it"));
  CHECK_THAT(page, Contains("<pre>curl -sSG http://loki:3100/"));
  CHECK_THAT(page, Contains("<a href=\"../causes\">"));
  CHECK_THAT(cause_page(*catalogue.find("app-idle")), Contains("looks like a fault and is none"));
}

TEST_CASE("A cause that does not exist is named, cut and made harmless, with the way to the list") {
  const auto page = no_cause_page("<script>" + std::string(1000, 'a'));
  CHECK_THAT(page, Contains("&lt;script&gt;aaa"));
  CHECK_THAT(page, Contains("<a href=\"../causes\">these it has</a>"));
  CHECK(page.find(std::string(100, 'a')) == std::string::npos);
}

}  // namespace
