#include <catch2/catch.hpp>

#include "daemon/config/clean_text.hpp"
#include "tests/config/support.hpp"

namespace lgtmwatch {
namespace {

LoadedConfig load(const std::string& text) {
  const FakeEnvironment outside;
  return load_config(text, "lgtmwatch.yaml", outside.get());
}

std::string repeated(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST_CASE("A configuration of more than 4 MiB is refused, and one of 4 MiB is read") {
  const std::string stack = "stacks: [ { name: a, loki: { url: 'http://a:1' } } ]\n#";
  const std::size_t most = 4 << 20;
  CHECK(load(stack + std::string(most - stack.size(), 'x')).plan);
  const auto refused = load(stack + std::string(most - stack.size() + 1, 'x'));
  CHECK(!refused.plan);
  REQUIRE(refused.diagnostics.size() == 1);
  CHECK(refused.diagnostics[0].message == "the configuration is 4194305 bytes long; at most 4194304 are read");
}

TEST_CASE("Nesting is refused beyond 64 levels, however deep it goes on") {
  for (const int depth : {64, 65, 1000, 100'000}) {
    INFO(depth);
    const auto loaded = load("stacks: " + repeated("[", depth - 1) + repeated("]", depth - 1));
    REQUIRE(!loaded.diagnostics.empty());
    const bool is_refused = loaded.diagnostics[0].message.find("nested deeper than 64 levels") != std::string::npos;
    CHECK(is_refused == (depth > 64));
  }
}

TEST_CASE("Nesting by aliases counts as nesting") {
  const auto loaded = load("a: &a " + repeated("[", 40) + repeated("]", 40) + "\nb: " + repeated("[", 40) + "*a" +
                           repeated("]", 40) + "\n");
  REQUIRE(loaded.diagnostics.size() == 1);
  CHECK(loaded.diagnostics[0].message.find("nested deeper than 64 levels") != std::string::npos);
}

TEST_CASE("Beyond a thousand errors the rest is counted") {
  std::string text;
  for (int i = 0; i < 1500; ++i) text += "k" + std::to_string(i) + ": 1\n";
  const auto loaded = load(text);
  REQUIRE(loaded.diagnostics.size() == 1001);
  CHECK(loaded.diagnostics.back().message == "there are 501 more errors or warnings");
}

TEST_CASE("Lines that end in a carriage return are shown without it") {
  const std::string text = "stacks:\r\n  - name: a\r\n    lokki: 1\r\n    loki: { url: http://a:1 }\r\n";
  const auto shown = render_all(load(text), "a.yaml", text);
  CHECK(shown.starts_with("a.yaml:3:5: error: stacks[0].lokki: unknown key 'lokki'\n    lokki: 1\n    ^\n"));
}

TEST_CASE("Control characters of the source do not reach the terminal") {
  const std::string text = "stacks: [ { name: \"\\e[31m\", lo\x1bki: 1 } ]\n";
  CHECK(render_all(load(text), "a.yaml", text).find('\x1b') == std::string::npos);
}

TEST_CASE("A diagnostic without a place is shown without a source line") {
  const Diagnostic diagnostic{Diagnostic::Severity::warning, 0, 0, "", "something", ""};
  CHECK(render(diagnostic, "a.yaml", "stacks: []\n") == "a.yaml: warning: something\n");
}

TEST_CASE("A place beyond the source is shown without a source line") {
  const Diagnostic diagnostic{Diagnostic::Severity::error, 7, 3, "a.b", "something", "mend it"};
  CHECK(render(diagnostic, "a.yaml", "stacks: []\n") == "a.yaml:7:3: error: a.b: something\nhint: mend it\n");
}

TEST_CASE("UTF-8 is told from other bytes") {
  struct Row {
    std::string name, text;
    std::size_t valid;
  };
  const std::vector<Row> rows{{"empty", "", 0},
                              {"characters of one to four bytes", "aß€😀", 10},
                              {"latin-1", "caf\xe9", 3},
                              {"a character that is cut off", "a\xe2\x82", 1},
                              {"a lone continuation", "\x80", 0},
                              {"an overlong slash", "a\xc0\xaf", 1},
                              {"an overlong slash of three bytes", "a\xe0\x80\xaf", 1},
                              {"a surrogate", "a\xed\xa0\x80", 1},
                              {"beyond the last character", "a\xf4\x90\x80\x80", 1}};
  for (const auto& row : rows) {
    INFO(row.name);
    CHECK(utf8_prefix(row.text) == row.valid);
    CHECK(is_utf8(row.text) == (row.valid == row.text.size()));
  }
}

}  // namespace
}  // namespace lgtmwatch
