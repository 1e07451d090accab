#include "daemon/commands/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace lgtmwatch {
namespace {

constexpr const char* empty_line = "\r\033[K";

}  // namespace

Progress::Progress() : is_terminal_(isatty(STDERR_FILENO) == 1) {}

void Progress::show(const std::string& text) {
  if (!is_terminal_ || text == shown_) return;
  fmt::print(stderr, "{}{}", empty_line, text);
  std::fflush(stderr);
  shown_ = text;
}

void Progress::clear() {
  if (shown_.empty()) return;
  fmt::print(stderr, "{}", empty_line);
  shown_.clear();
}

}  // namespace lgtmwatch
