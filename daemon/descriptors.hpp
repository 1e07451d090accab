// How many questions can be asked at once with the file descriptors that this process may have.
#pragma once

#include <cstddef>

namespace lgtmwatch {

// Raises the soft limit to the hard one first. `otherwise` where the limit cannot be read.
std::size_t runs_at_once(std::size_t otherwise);

}  // namespace lgtmwatch
