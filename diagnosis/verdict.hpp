// judge_stack: from the facts of one stack and a clock to its verdict. Pure: no I/O, no state.
//
// Rules that hold for all of it:
//   - what could not be determined is unknown, never healthy;
//   - a health endpoint can turn something red, never green: only telemetry that arrived proves a path;
//   - one root cause, what merely follows from it is listed under it.
#pragma once

#include "daemon/model/facts.hpp"
#include "daemon/model/verdict.hpp"

namespace lgtmwatch {

StackVerdict judge_stack(const StackFacts& facts, WallTime now);

}  // namespace lgtmwatch
