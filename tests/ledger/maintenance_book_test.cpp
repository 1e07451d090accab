#include "daemon/maintenance_book.hpp"

#include <catch2/catch.hpp>

#include "tests/support/temp_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;

constexpr WallTime noon{std::chrono::seconds(1'795'348'800)};

AnnouncedWindow window_of(std::vector<std::string> stacks, Duration begins_in = 0s, Duration lasts = 1h) {
  AnnouncedWindow announced;
  announced.stacks = std::move(stacks);
  announced.window.signals = {Signal::logs, Signal::traces};
  announced.window.start = noon + begins_in;
  announced.window.end = announced.window.start + lasts;
  announced.window.pauses_canaries = true;
  announced.comment = "new disks";
  return announced;
}

Plan plan_of(const std::vector<std::string>& stacks, Maintenance windows) {
  Plan plan;
  for (const auto& name : stacks) {
    StackPlan stack;
    stack.name = name;
    stack.maintenance = windows;
    plan.stacks.push_back(stack);
  }
  return plan;
}

MaintenanceBook::NewId counted() {
  return [next = 0]() mutable { return std::to_string(++next); };
}

MaintenanceBook in_memory() { return MaintenanceBook::open(std::nullopt, noon, counted()).value(); }

MaintenanceBook in_file(const std::string& file, WallTime now = noon) {
  return MaintenanceBook::open(MaintenanceFile::open(file).value(), now, new_window_id).value();
}

TEST_CASE("What was announced holds beside what the configuration says, in the stacks that it names") {
  auto book = in_memory();
  const auto configured = window_of({}, 5h).window;
  book.configure(plan_of({"shop", "bank"}, {configured}));
  const auto added = book.add(window_of({"shop"}), noon).value();
  CHECK(added.id == "1");
  CHECK(book.of("shop") == Maintenance{configured, added.window});
  CHECK(book.of("bank") == Maintenance{configured});
}

TEST_CASE("A window without stacks holds in all of them, also in those that come later") {
  auto book = in_memory();
  CHECK(book.add(window_of({}), noon).has_value());
  book.configure(plan_of({"new"}, {}));
  CHECK(book.of("new").size() == 1);
}

TEST_CASE("The list has a window of the configuration once for all its stacks, and none that is over") {
  auto book = in_memory();
  book.configure(plan_of({"bank", "shop"}, {window_of({}).window, window_of({}, -5h).window}));
  CHECK(book.add(window_of({"shop"}, 2h), noon).has_value());
  const auto list = book.list(noon);
  REQUIRE(list.size() == 2);
  CHECK(list[0].id.empty());
  CHECK(list[0].stacks == std::vector<std::string>{"bank", "shop"});
  CHECK(list[1].id == "1");
  CHECK(book.list(noon + 3h).empty());
}

TEST_CASE("A window is taken back by its id, once") {
  auto book = in_memory();
  CHECK(book.add(window_of({}), noon).has_value());
  CHECK(book.remove("2").value() == false);
  CHECK(book.remove("").value() == false);
  CHECK(book.remove("1").value() == true);
  CHECK(book.remove("1").value() == false);
  CHECK(book.list(noon).empty());
}

TEST_CASE("There are at most a thousand windows, and what is over makes room") {
  auto book = in_memory();
  for (int i = 0; i < 1000; ++i) CHECK(book.add(window_of({}), noon).has_value());
  CHECK(book.add(window_of({}), noon).error().reason == Reason::limit);
  CHECK(book.add(window_of({}, 2h), noon + 1h).has_value());
}

TEST_CASE("What was announced survives a restart, with all that was said of it") {
  const TempDir folder;
  const auto file = folder.file("maintenance.db");
  const auto kept = in_file(file).add(window_of({"shop", "bank"}), noon).value();
  const auto list = in_file(file).list(noon);
  REQUIRE(list.size() == 1);
  CHECK(list[0].id == kept.id);
  CHECK(list[0].stacks == kept.stacks);
  CHECK(list[0].window == kept.window);
  CHECK(list[0].comment == "new disks");
}

TEST_CASE("What was taken back, or is over, does not come back with a restart") {
  const TempDir folder;
  const auto file = folder.file("maintenance.db");
  {
    auto book = in_file(file);
    const auto taken_back = book.add(window_of({}), noon).value();
    CHECK(book.remove(taken_back.id).value());
    CHECK(book.add(window_of({}), noon).has_value());
    CHECK(book.add(window_of({}, 2h), noon).has_value());
  }
  CHECK(in_file(file, noon + 1h).list(noon).size() == 1);
}

TEST_CASE("A file that is none of ours is refused with what to do") {
  const TempDir folder;
  const auto file = folder.file("canaries.db");
  CHECK(Database::open(file).value().run("CREATE TABLE other (id INTEGER)").has_value());
  const auto refused = MaintenanceFile::open(file);
  REQUIRE(refused.has_error());
  CHECK_THAT(refused.error().hint, Catch::Contains("move the file away"));
}

}  // namespace
