#include "daemon/config/substitute.hpp"

#include <catch2/catch.hpp>

#include "tests/config/support.hpp"

namespace lgtmwatch {
namespace {

Substitution substituted(std::string_view text) {
  const FakeEnvironment outside{{{"HOST", "loki"}, {"EMPTY", ""}, {"DOLLAR", "${HOST}"}}, {}};
  return substitute(text, outside.get().variable);
}

TEST_CASE("Variables are filled in") {
  struct Row {
    std::string text, result;
  };
  const std::vector<Row> rows{{"", ""},
                              {"plain", "plain"},
                              {"http://${HOST}:3100", "http://loki:3100"},
                              {"${HOST}${HOST}", "lokiloki"},
                              {"${HOST:-tempo}", "loki"},
                              {"${UNSET:-tempo}", "tempo"},
                              {"${UNSET:-}", ""},
                              {"${UNSET:-http://a:1}", "http://a:1"},
                              {"${EMPTY}", ""},
                              {"${EMPTY:-tempo}", "tempo"},
                              {"$$", "$"},
                              {"$${HOST}", "${HOST}"},
                              {"$$${HOST}", "$loki"},
                              {"$2y$10", "$2y$10"},
                              {"a$", "a$"},
                              {"${DOLLAR}", "${HOST}"}};
  for (const auto& row : rows) {
    INFO(row.text);
    const auto result = substituted(row.text);
    CHECK(result.text == row.result);
    CHECK(result.unset.empty());
    CHECK(result.problems.empty());
  }
}

TEST_CASE("Every variable that is not set is named") {
  CHECK(substituted("${A}-${HOST}-${B}").unset == std::vector<std::string>{"A", "B"});
}

TEST_CASE("What is no variable is a problem that does not show the value") {
  for (const auto* text : {"${geheim", "${}", "${1a}", "${gehe im}", "${HOST:?geheim}", "${:-geheim}"}) {
    INFO(text);
    const auto result = substituted(text);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems[0].find("gehe") == std::string::npos);
  }
}

TEST_CASE("A variable cannot change the structure of the YAML") {
  const FakeEnvironment outside{{{"NAME", "a\", loki: { url: http://evil:1 }, x: \""}}, {}};
  const auto loaded =
      load_config("stacks: [ { name: '${NAME}', loki: { url: 'http://a:1' } } ]", "lgtmwatch.yaml", outside.get());
  REQUIRE(loaded.plan);
  CHECK(loaded.plan->stacks[0].name == outside.variables.at("NAME"));
  CHECK(loaded.plan->stacks[0].loki->endpoint.url.text() == "http://a:1");
}

}  // namespace
}  // namespace lgtmwatch
