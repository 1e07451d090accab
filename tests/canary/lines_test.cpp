// Lines into files and pipes: whole, bounded, and never over what others have written.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "daemon/base/side_work.hpp"
#include "probes/canary/canary_lines.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

namespace {

namespace fs = std::filesystem;
using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
using Kind = CanaryWritten::Kind;

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "lgtmwatch-lines-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }

  std::string file(const std::string& name) const { return path / name; }
  void write(const std::string& name, const std::string& text) const { std::ofstream(file(name)) << text; }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(file(name)).rdbuf();
    return text.str();
  }

  fs::path path;
};

TEST_CASE("A line goes to the end of a file that is there") {
  const Folder folder;
  folder.write("app.log", "first\n");
  CHECK(append_line(folder.file("app.log"), false, "canary=1").kind == Kind::acknowledged);
  CHECK(folder.read("app.log") == "first\ncanary=1\n");
}

TEST_CASE("Only a file of lgtmwatch's own is created, and a directory never") {
  const Folder folder;
  const auto missing = append_line(folder.file("app.log"), false, "canary=1");
  CHECK(missing.kind == Kind::refused);
  CHECK_THAT(missing.why, Catch::EndsWith("app.log cannot be opened: No such file or directory"));
  CHECK(append_line(folder.file("own.log"), true, "canary=1").kind == Kind::acknowledged);
  CHECK(append_line(folder.file("own.log"), true, "canary=2").kind == Kind::acknowledged);
  CHECK(folder.read("own.log") == "canary=1\ncanary=2\n");
  CHECK(append_line(folder.file("none/own.log"), true, "canary=1").kind == Kind::refused);
  CHECK_FALSE(fs::exists(folder.file("none")));
}

TEST_CASE("What is no regular file, or what others have written, is refused and left alone") {
  const Folder folder;
  REQUIRE(mkfifo(folder.file("fifo").c_str(), 0600) == 0);
  folder.write("app.log", "a line of the application\n");
  fs::create_symlink(folder.file("app.log"), folder.file("link.log"));
  for (const auto* name : {"fifo", "app.log", "link.log", "."}) {
    CAPTURE(name);
    CHECK(append_line(folder.file(name), true, "canary=1").kind == Kind::refused);
  }
  CHECK(append_line(folder.file("fifo"), false, "canary=1").kind == Kind::refused);
  CHECK(append_line("/dev/null", false, "canary=1").kind == Kind::refused);
  CHECK(folder.read("app.log") == "a line of the application\n");
}

TEST_CASE("A file of lgtmwatch's own is emptied before it is too large, unless something else is in it") {
  const Folder folder;
  const std::string line = "canary=" + std::string(1000, 'x');
  std::string full;
  while (full.size() + line.size() + 1 <= most_bytes_of_own_file) full += line + "\n";
  SECTION("canaries only") {
    folder.write("own.log", full);
    CHECK(append_line(folder.file("own.log"), true, line).kind == Kind::acknowledged);
    CHECK(folder.read("own.log") == line + "\n");
  }
  SECTION("something else") {
    full += "by somebody else\n";
    folder.write("own.log", full);
    CHECK(append_line(folder.file("own.log"), true, line).kind == Kind::refused);
    CHECK(folder.read("own.log") == full);
  }
  SECTION("somebody else's file is left as it is") {
    folder.write("app.log", full);
    CHECK(append_line(folder.file("app.log"), false, line).kind == Kind::acknowledged);
    CHECK(folder.read("app.log") == full + line + "\n");
  }
}

TEST_CASE("A pipe takes a line while somebody reads it") {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  CHECK(print_line(ends[1], "canary=1").kind == Kind::acknowledged);
  char text[16] = {};
  CHECK(read(ends[0], text, sizeof text) == 9);
  CHECK(std::string(text) == "canary=1\n");

  const int capacity = fcntl(ends[1], F_SETPIPE_SZ, 4096);
  REQUIRE(write(ends[1], std::string(static_cast<std::size_t>(capacity), 'x').data(),
                static_cast<std::size_t>(capacity)) == capacity);
  CHECK(print_line(ends[1], "canary=2").why == "nobody reads standard output: it is full");
  close(ends[0]);
  CHECK(print_line(ends[1], "canary=3").why == "standard output cannot be written to: Broken pipe");
  close(ends[1]);
}

TEST_CASE("A disk that is full refuses with its reason") {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  CHECK(print_line(full, "canary=1").why == "standard output cannot be written to: No space left on device");
  close(full);
}

TEST_CASE("Work that hangs is waited for until the deadline, and no more is begun than sixteen") {
  ManualClock clock;
  boost::asio::io_context io{1};
  boost::asio::io_context hung{1};  // nobody runs it
  SideWork side(hung.get_executor());
  std::optional<std::optional<int>> got;
  const auto ask = [&] {
    std::function<int()> work = [] { return 7; };
    boost::asio::co_spawn(io, keep_value(side.run<int>(clock, clock.now() + 5s, std::move(work)), got), rethrow);
  };
  ask();
  clock.advance(io, 4s);
  CHECK_FALSE(got);
  CHECK(side.is_busy());
  clock.advance(io, 1s);
  REQUIRE(got);
  CHECK_FALSE(got->has_value());
  for (int i = 0; i < 20; ++i) ask();
  clock.advance(io, 5s);
  CHECK(hung.poll() == 16);
  CHECK_FALSE(side.is_busy());

  got.reset();
  ask();
  clock.advance(io, 0s);
  hung.restart();
  hung.poll();
  clock.advance(io, 1s);
  CHECK(got == std::optional<std::optional<int>>(7));
}

}  // namespace
