// What is remembered of the newest lines of a container from run to run. Pure.
#pragma once

#include <vector>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

// The times of lines that were the newest once, ascending, with this one. At most 64: between two that are neighbours
// lies about an eighth of their age.
std::vector<WallTime> advance(std::vector<WallTime> lines, WallTime newest);

}  // namespace lgtmwatch
