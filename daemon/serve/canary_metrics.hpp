// The families of canaries: what was written, what became of it, and how long it took.
#pragma once

#include "daemon/model/facts.hpp"
#include "daemon/serve/families.hpp"

namespace lgtmwatch {

void add_canaries(Families& out, const StackFacts& facts, WallTime now);

}  // namespace lgtmwatch
