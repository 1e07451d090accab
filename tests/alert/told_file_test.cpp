#include "daemon/alert/told_file.hpp"

#include <catch2/catch.hpp>

#include "tests/alert/night.hpp"
#include "tests/support/temp_dir.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;
using test::finding;

Told told(const std::string& cause) {
  Told made;
  made.alert.stack = "home \"ü\"";
  made.alert.finding = finding(cause, Severity::warning, {Signal::logs, Signal::traces});
  made.alert.finding.evidence = {std::string(5000, 'x')};
  made.alert.last_seen = test::evening + 1s;
  made.alert.flaps = true;
  made.at = test::evening + 2ms;
  return made;
}

ToldKey key(const std::string& destination, const Told& of) {
  return {destination, key_of(of.alert.stack, of.alert.finding)};
}

TEST_CASE("What was told is read back as it was written, with long texts cut") {
  const test::TempDir folder;
  const auto open = [&] { return ToldFile::open(folder.file("told.db")).value(); };
  const auto first = told("backend-down");
  const auto second = told("backend-hung");
  open()->write({{{key("a", first), first}, {key("b", first), first}, {key("a", second), second}}, {}}).value();
  open()->write({{}, {key("a", second)}}).value();
  const auto read = open()->read().value();
  REQUIRE(read.size() == 2);
  const auto& kept = read.at(key("b", first));
  CHECK(kept.at == first.at);
  CHECK(kept.alert.stack == first.alert.stack);
  CHECK(kept.alert.flaps);
  CHECK(kept.alert.last_seen == first.alert.last_seen);
  CHECK(kept.alert.finding.summary == first.alert.finding.summary);
  CHECK(kept.alert.finding.severity == Severity::warning);
  CHECK(kept.alert.finding.signals == first.alert.finding.signals);
  CHECK(kept.alert.finding.evidence.at(0).size() < 1100);
}

TEST_CASE("A file that tells of something else is refused with what to do") {
  const test::TempDir folder;
  const auto file = folder.file("told.db");
  (void)ToldFile::open(file).value();
  const auto document = GENERATE(as<std::string>(), "{}", "no JSON", "{\"finding\":{\"cause\":1}}");
  (void)Database::open(file).value().run("INSERT INTO told VALUES ('a', 'home', 'c', 's', 0, '" + document + "')");
  const auto error = ToldFile::open(file).value()->read().error();
  CHECK_THAT(error.what, Contains("what was told to a cannot be read: "));
  CHECK_THAT(error.hint, Contains("move the file away"));
}

}  // namespace
}  // namespace lgtmwatch
