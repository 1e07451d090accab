#include "probes/canary/canary_lines.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>

namespace lgtmwatch {
namespace {

using Kind = CanaryWritten::Kind;

constexpr std::string_view beginning_of_lines = "canary=";
constexpr mode_t mode_of_new_files = 0644;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }

 private:
  int number_;
};

CanaryWritten refused(std::string why) { return {Kind::refused, std::move(why), false, false}; }

std::string reason_of(int error) { return std::generic_category().message(error); }

CanaryWritten write_whole(int descriptor, const std::string& line, std::string_view where) {
  const auto text = line + "\n";
  const auto written = ::write(descriptor, text.data(), text.size());
  if (written < 0) return refused(fmt::format("{} cannot be written to: {}", where, reason_of(errno)));
  if (static_cast<std::size_t>(written) < text.size())
    return refused(fmt::format("{} took {} of {} bytes", where, written, text.size()));
  return {Kind::acknowledged, {}, false, false};
}

bool holds_only_canaries(std::string_view text) {
  while (!text.empty()) {
    if (!text.starts_with(beginning_of_lines)) return false;
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
  return true;
}

// Its first bytes; nothing where it cannot be read.
std::optional<std::string> read_beginning(int descriptor, std::size_t size) {
  std::string text(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const auto got = ::pread(descriptor, text.data() + filled, size - filled, static_cast<off_t>(filled));
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

// What is wrong with it, or nothing. It is read whole only when it is full.
std::optional<std::string> make_room_in_own(int descriptor, std::size_t size, std::size_t needed) {
  const bool is_full = size + needed > most_bytes_of_own_file;
  const auto beginning = read_beginning(descriptor, is_full ? size : std::min(size, beginning_of_lines.size()));
  if (!beginning) return "it cannot be read";
  if (!holds_only_canaries(*beginning)) return "it holds what lgtmwatch has not written, so it is not its own";
  if (is_full && ::ftruncate(descriptor, 0) != 0) return reason_of(errno);
  return std::nullopt;
}

}  // namespace

CanaryWritten append_line(const std::string& path, bool is_own, const std::string& line) {
  const int access = is_own ? O_RDWR | O_CREAT | O_NOFOLLOW : O_WRONLY;
  const Descriptor file(::open(path.c_str(), access | O_APPEND | O_CLOEXEC | O_NONBLOCK, mode_of_new_files));
  if (file.number() < 0) return refused(fmt::format("{} cannot be opened: {}", path, reason_of(errno)));
  struct stat status {};
  if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return refused(path + " is no regular file");
  if (is_own) {
    const auto problem = make_room_in_own(file.number(), static_cast<std::size_t>(status.st_size), line.size() + 1);
    if (problem) return refused(path + ": " + *problem);
  }
  return write_whole(file.number(), line, path);
}

CanaryWritten print_line(int descriptor, const std::string& line) {
  pollfd asked{descriptor, POLLOUT, 0};
  const int ready = ::poll(&asked, 1, 0);
  if (ready == 0) return refused("nobody reads standard output: it is full");
  return write_whole(descriptor, line, "standard output");
}

}  // namespace lgtmwatch
