// What was told before a restart, and what is said of it afterwards.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "daemon/alert/alertmanager.hpp"
#include "daemon/alert/notifier.hpp"
#include "tests/alert/destinations.hpp"
#include "tests/support/fake_http_client.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temp_dir.hpp"

namespace lgtmwatch {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;
using test::finding;

NotifyPlan both() {
  NotifyPlan plan;
  plan.webhooks.push_back(test::webhook());
  plan.alertmanagers.push_back(test::alertmanager());
  return plan;
}

// A night over several lives of the daemon, with one file for all of them.
struct World {
  void pass(Duration time) { test::pass(time, io, clock, night); }

  std::size_t said(const std::string& event) const {
    return static_cast<std::size_t>(std::count_if(http.asked.begin(), http.asked.end(), [&](const auto& each) {
      return each.request.target == "/hook" && each.request.body.find("\"event\":\"" + event) != std::string::npos;
    }));
  }
  std::size_t posted() const {
    return static_cast<std::size_t>(std::count_if(http.asked.begin(), http.asked.end(), [](const auto& each) {
      return each.request.target == "/api/v2/alerts";
    }));
  }

  boost::asio::io_context io{1};
  test::ManualClock clock;
  test::FakeHttpClient http;
  test::Night night;
  std::vector<std::string> logged;
  test::TempDir folder;
  bool is_judged = true;
};

// From the start of a daemon to its end. The disk is the thread of the test.
struct Life {
  explicit Life(World& world_, NotifyPlan plan = both()) : world(world_), notifier(parts(), plan) {
    world.http.answer("POST", "/", 200, "");
    notifier.start();
    test::settle(world.io);
  }
  ~Life() {
    notifier.cancel();
    test::run_to_end(world.io, notifier.join());
    test::settle(world.io);
  }

  NotifierParts parts() {
    return {world.io.get_executor(),
            world.http,
            world.clock,
            [this] {
              auto snapshot = world.night.snapshot();
              snapshot.complete = world.is_judged;
              return std::make_shared<const Snapshot>(std::move(snapshot));
            },
            [] { return std::nullopt; },
            [this](const Change& change) { world.logged.push_back(change.message); },
            test::rethrow,
            "",
            world.folder.file("notifications.db"),
            world.io.get_executor()};
  }

  World& world;
  Notifier notifier;
};

TEST_CASE("What still stands after a restart is not told a second time as new, and told as over when it is") {
  World world;
  world.night.begins(finding("backend-down"));
  {
    const Life life(world);
    world.pass(1min);
  }
  const Life life(world);
  world.pass(10min);
  CHECK(world.said("opened") == 1);
  CHECK(world.said("over") == 0);
  world.night.ends("backend-down");
  world.pass(3min);
  CHECK(world.said("over") == 1);
  CHECK(world.said("opened") == 1);
}

TEST_CASE("What was mended while nobody watched is told as over, once everything was judged and it stayed away") {
  World world;
  world.night.begins(finding("backend-down"));
  {
    const Life life(world);
    world.pass(1min);
  }
  world.night.ends("backend-down");
  world.is_judged = false;
  const Life life(world);
  const auto posted = world.posted();
  world.pass(10min);
  CHECK(world.said("over") == 0);
  CHECK(world.posted() == posted);
  world.is_judged = true;
  world.pass(119s);
  CHECK(world.said("over") == 0);
  world.pass(5s);
  CHECK(world.said("over") == 1);
  CHECK(world.posted() == posted + 1);
  CHECK_THAT(world.http.asked.back().request.body, Contains("backend-down happens"));
  world.pass(10min);
  CHECK(world.said("over") == 1);
}

TEST_CASE("Where an end is told at once, one is still given half a minute to be found again after a restart") {
  World world;
  world.night.begins(finding("exporter-queue-full-drop"));
  auto plan = both();
  plan.keep_firing_for = 0s;
  {
    const Life life(world, plan);
    world.pass(1min);
  }
  world.night.ends("exporter-queue-full-drop");
  const Life life(world, plan);
  world.pass(20s);
  world.night.begins(finding("exporter-queue-full-drop"));
  world.pass(1min);
  CHECK(world.said("over") == 0);
  CHECK(world.said("opened") == 1);
  world.night.ends("exporter-queue-full-drop");
  world.pass(3s);
  CHECK(world.said("over") == 1);
}

TEST_CASE("Nothing is repeated of what is not seen again yet, however long it was ago") {
  World world;
  world.night.begins(finding("backend-down"));
  {
    const Life life(world);
    world.pass(1min);
  }
  world.clock.set_wall_ahead(5h);
  world.is_judged = false;
  const Life life(world);
  world.pass(1min);
  CHECK(world.said("still") == 0);
  world.is_judged = true;
  world.pass(1min);
  CHECK(world.said("still") == 1);
  CHECK(world.said("opened") == 1);
}

TEST_CASE("Over a second restart an end is told once") {
  World world;
  world.night.begins(finding("backend-down"));
  {
    const Life life(world);
    world.pass(1min);
  }
  world.night.ends("backend-down");
  {
    const Life life(world);
    world.pass(3min);
  }
  const Life life(world);
  world.pass(10min);
  CHECK(world.said("over") == 1);
}

TEST_CASE("A destination that is new after the restart is told what stands, as new") {
  World world;
  world.night.begins(finding("backend-down"));
  auto plan = both();
  plan.webhooks.clear();
  {
    const Life life(world, plan);
    world.pass(1min);
  }
  const Life life(world);
  world.pass(1min);
  CHECK(world.said("opened") == 1);
}

TEST_CASE("What is over and was not wanted to be told is no reason for silence when it comes again") {
  World world;
  world.night.begins(finding("backend-down"));
  auto plan = both();
  plan.webhooks[0].send_resolved = false;
  {
    const Life life(world, plan);
    world.pass(1min);
    world.night.ends("backend-down");
    world.pass(5min);
  }
  world.night.begins(finding("backend-down"));
  const Life life(world, plan);
  world.pass(1min);
  CHECK(world.said("opened") == 2);
}

TEST_CASE("A file that is damaged costs its content, and nothing else") {
  World world;
  std::ofstream(world.folder.file("notifications.db")) << std::string(5000, 'x');
  world.night.begins(finding("backend-down"));
  const Life life(world);
  world.pass(1min);
  CHECK(world.said("opened") == 1);
  CHECK(world.logged ==
        std::vector<std::string>{"what was told to receivers cannot be used, and is kept in memory only"});
  CHECK(life.notifier.failed_writes() == 1);
}

TEST_CASE("The file holds what stands, and does not grow with what is over") {
  World world;
  {
    const Life life(world);
    for (int i = 0; i < 30; ++i) {
      world.night.begins(finding("backend-down"));
      world.pass(20s);
      world.night.ends("backend-down");
      world.pass(31min);
    }
  }
  CHECK(ToldFile::open(world.folder.file("notifications.db")).value()->read().value().empty());
  CHECK(std::filesystem::file_size(world.folder.file("notifications.db")) < 100'000);
}

}  // namespace
}  // namespace lgtmwatch
