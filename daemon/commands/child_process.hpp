// A child of ours: started with its standard input and output on pipes, ended by its process id.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

class ChildProcess {
 public:
  // arguments[0] is the program's path; environment is what main got.
  static Result<ChildProcess> start(const std::vector<std::string>& arguments, char** environment);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();  // asks it to end, waits two seconds, then kills it

  // The next line of its standard output without line feed; nothing where it ends or is silent for so long.
  std::optional<std::string> read_line(Duration patience);

 private:
  ChildProcess(pid_t pid, int input, int output) : pid_(pid), input_(input), output_(output) {}

  pid_t pid_;
  int input_;  // closing it tells the child that its parent is gone
  int output_;
};

}  // namespace lgtmwatch
