#include "daemon/commands/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

namespace lgtmwatch {
namespace {

constexpr auto patience_at_the_end = std::chrono::seconds(2);
constexpr auto poll_step = std::chrono::milliseconds(20);
constexpr std::size_t longest_line = 64 * 1024;

struct Pipe {
  int read = -1;
  int write = -1;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return Error(Phase::content, Reason::internal, fmt::format("no pipe: {}", std::strerror(errno)));
  return Pipe{ends[0], ends[1]};
}

bool has_ended(pid_t pid) { return waitpid(pid, nullptr, WNOHANG) != 0; }

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& arguments, char** environment) {
  const auto input = make_pipe();
  if (!input) return input.error();
  const auto output = make_pipe();
  if (!output) return output.error();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input->read, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output->write, STDOUT_FILENO);
  std::vector<char*> raw;
  for (const auto& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
  raw.push_back(nullptr);
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, raw[0], &actions, nullptr, raw.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  close(input->read);
  close(output->write);
  ChildProcess child(failed ? 0 : pid, input->write, output->read);
  if (failed)
    return Error(Phase::content, Reason::not_found,
                 fmt::format("cannot start {}: {}", arguments[0], std::strerror(failed)));
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)) {}

ChildProcess::~ChildProcess() {
  if (input_ >= 0) close(input_);
  if (output_ >= 0) close(output_);
  if (pid_ <= 0) return;
  kill(pid_, SIGTERM);
  const auto end = std::chrono::steady_clock::now() + patience_at_the_end;
  while (!has_ended(pid_)) {
    if (std::chrono::steady_clock::now() >= end) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
      return;
    }
    std::this_thread::sleep_for(poll_step);
  }
}

std::optional<std::string> ChildProcess::read_line(Duration patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  std::string line;
  while (line.size() < longest_line) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd waiting{output_, POLLIN, 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
    char c = 0;
    if (read(output_, &c, 1) != 1) return std::nullopt;
    if (c == '\n') return line;
    line += c;
  }
  return std::nullopt;
}

}  // namespace lgtmwatch
