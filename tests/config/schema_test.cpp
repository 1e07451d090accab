// After an intended change of the readers: config_tests '[.update]' writes the schema anew.
#include "daemon/config/schema.hpp"

#include <catch2/catch.hpp>

#include "tests/config/support.hpp"
#include "tests/support/source_dir.hpp"

namespace lgtmwatch {
namespace {

const auto file = std::filesystem::path(source_dir()) / "config/lgtmwatch.schema.json";

TEST_CASE("The schema that is installed is the one that the readers make") {
  CHECK(config_schema() == read_source_file(file));
}

TEST_CASE("The schema is written anew", "[.update]") { std::ofstream(file, std::ios::binary) << config_schema(); }

}  // namespace
}  // namespace lgtmwatch
