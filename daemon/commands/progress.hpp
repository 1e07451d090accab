// One line on standard error that is written over while something lasts. Silent where that is no terminal.
#pragma once

#include <string>

namespace lgtmwatch {

class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const std::string& text);
  void clear();

 private:
  bool is_terminal_;
  std::string shown_;
};

}  // namespace lgtmwatch
