// A disk that is full, for tests of what is written to it.
#pragma once

#include <sys/resource.h>

#include <csignal>

namespace lgtmwatch::test {

// Files of this process may not grow past that size, as on a file system that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t size) {
    before_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit small{size, limit_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, before_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit limit_{};
  void (*before_)(int) = SIG_DFL;
};

}  // namespace lgtmwatch::test
