// The program itself: what it prints, and how it ends.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace {

// A child with pipes to its standard input, output and error.
class Child {
 public:
  explicit Child(std::vector<std::string> arguments) {
    int input[2], output[2], error[2];
    REQUIRE(::pipe2(input, O_CLOEXEC) + ::pipe2(output, O_CLOEXEC) + ::pipe2(error, O_CLOEXEC) == 0);
    arguments.insert(arguments.begin(), LGTMWATCH_SANDBOX);
    std::vector<char*> argv;
    for (auto& one : arguments) argv.push_back(one.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(input[0], 0), ::dup2(output[1], 1), ::dup2(error[1], 2);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    for (const int mine_no_more : {input[0], output[1], error[1]}) ::close(mine_no_more);
    input_ = input[1];
    output_ = ::fdopen(output[0], "r");
    error_ = ::fdopen(error[0], "r");
  }
  ~Child() {
    close_input();
    std::fclose(output_);
    std::fclose(error_);
    if (pid_ > 0) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
  }
  std::string line(std::FILE* from) {
    char text[4096] = "";
    return std::fgets(text, sizeof text, from) ? text : "";
  }
  std::string output_line() { return line(output_); }
  std::string error_line() { return line(error_); }
  void close_input() {
    if (input_ >= 0) ::close(input_);
    input_ = -1;
  }
  void signal(int number) { ::kill(pid_, number); }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  std::FILE* output_ = nullptr;
  std::FILE* error_ = nullptr;
};

TEST_CASE("The sandbox prints one line with its addresses, writes a configuration, and ends on SIGTERM") {
  char path[] = "/tmp/lgtmwatch-sandbox-XXXXXX";
  ::close(::mkstemp(path));
  Child child({std::string("--config.output=") + path, "--fault=backend-down:tempo", "--fault", "alloy-hung"});
  const auto addresses = boost::json::parse(child.output_line());
  for (const auto* name : {"control", "loki", "tempo", "mimir", "alloy", "grafana", "docker"})
    CHECK(boost::json::value_to<std::string>(addresses.at(name)).find("http://127.0.0.1:") == 0);
  for (const auto* name : {"backend", "mobile-http", "mobile-grpc", "logs-push", "metrics-write"})
    CHECK(addresses.at("receivers").at(name).is_string());
  CHECK(addresses.at("config").as_string() == path);
  std::ifstream file(path);
  const std::string config{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  CHECK(config.find("url: \"" + boost::json::value_to<std::string>(addresses.at("loki")) + "\"") != std::string::npos);
  child.signal(SIGTERM);
  CHECK(child.wait() == 0);
  ::unlink(path);
}

TEST_CASE("With --exit.with-parent the sandbox ends when its standard input is closed") {
  Child child({"--exit.with-parent"});
  CHECK_FALSE(child.output_line().empty());
  child.close_input();
  CHECK(child.wait() == 0);
}

TEST_CASE("A wrong command line ends with 2 and says what would be right") {
  Child fault({"--fault=backend-broken"});
  CHECK(fault.error_line().find("lgtmwatch-sandbox: there is no fault \"backend-broken\"; the known ones are: ") == 0);
  CHECK(fault.wait() == 2);
  Child flag({"--what"});
  CHECK(flag.wait() == 2);
}

}  // namespace
