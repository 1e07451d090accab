#include "daemon/storage.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/manual_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Matchers::Contains;

TEST_CASE("Without a path nothing is kept") {
  const ManualClock clock;
  const auto ledger = open_storage("", clock).value();
  KeptRoute route;
  route.name = {"shop", Signal::logs, "backend"};
  ledger->keep(route, KeptCanary());
  CHECK(ledger->kept().routes.empty());
}

TEST_CASE("The directory is made where it is missing, and its files stay there") {
  const ManualClock clock;
  const TempDir folder;
  KeptRoute route;
  route.name = {"shop", Signal::logs, "backend"};
  open_storage(folder.file("a/b"), clock).value()->keep(route, KeptCanary());
  CHECK(open_storage(folder.file("a/b"), clock).value()->kept().routes.size() == 1);
}

TEST_CASE("A directory that cannot be used is an error that names it") {
  const ManualClock clock;
  const TempDir folder;
  const auto path = GENERATE(std::string("/proc/lgtmwatch"), std::string("/dev/null"));
  const auto ledger = open_storage(path, clock);
  REQUIRE(ledger.has_error());
  CHECK_THAT(ledger.error().what, Contains("--storage.path: " + path));
  CHECK_THAT(ledger.error().hint, Contains("name a directory"));
}

TEST_CASE("A file in the directory that cannot be opened is an error that names it") {
  const ManualClock clock;
  const TempDir folder;
  std::filesystem::create_directory(folder.file("canaries.db"));
  const auto ledger = open_storage(folder.file(""), clock);
  REQUIRE(ledger.has_error());
  CHECK_THAT(ledger.error().what,
             Contains("--storage.path: ") && Contains("canaries.db: unable to open database file"));
  CHECK_THAT(ledger.error().hint, Contains("let the user of lgtmwatch write"));
}

}  // namespace
