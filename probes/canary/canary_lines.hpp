// Ways in that take lines: a file that somebody tails, and lgtmwatch's own standard output. They block, and are never
// called on the event loop.
#pragma once

#include <cstddef>
#include <string>

#include "probes/canary/canary_write.hpp"

namespace lgtmwatch {

inline constexpr std::size_t most_bytes_of_own_file = 1 << 20;

// At the end of the file, whole in one write. A file of lgtmwatch's own is created (directories are not), and emptied
// before it grows beyond most_bytes_of_own_file; one that holds anything but canaries is not lgtmwatch's own, and is
// left alone. Anybody else's file must be there.
CanaryWritten append_line(const std::string& path, bool is_own, const std::string& line);

// Refused where nobody reads what was written before.
CanaryWritten print_line(int descriptor, const std::string& line);

}  // namespace lgtmwatch
