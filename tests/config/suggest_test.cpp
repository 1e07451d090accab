#include <catch2/catch.hpp>

#include "daemon/config/diagnostics.hpp"

using namespace lgtmwatch;
using Names = std::vector<std::string_view>;

namespace {

const Names names{"alloy-hung", "backend-down", "backend-hung", "counter-reset", "loki-rate-limited"};

}  // namespace

TEST_CASE("A part of a name brings every name that contains it") {
  CHECK(nearest_names("hung", names, 5) == Names{"alloy-hung", "backend-hung"});
  CHECK(nearest_names("hung", names, 1) == Names{"alloy-hung"});
}

TEST_CASE("A name that is spelled wrongly brings those that are spelled most like it, the nearest first") {
  CHECK(nearest_names("backend-dwon", names, 5) == Names{"backend-down", "backend-hung"});
}

TEST_CASE("A word that is like no name brings none") {
  CHECK(nearest_names("zzzz", names, 5).empty());
  CHECK(nearest_names("", names, 5).empty());
  CHECK(nearest_names(std::string(65, 'a'), names, 5).empty());
}
