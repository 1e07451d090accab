// Which of several daemons watches which stack, where they share one configuration between them.
//
// Used by `run`: a daemon takes the stacks of its own shard out of the plan. The assignment rests on the name of the
// stack alone, is the same in every version, and one shard more moves no stack but to the new one.
#pragma once

#include <cstddef>
#include <string_view>

#include "daemon/base/result.hpp"
#include "daemon/model/plan.hpp"

namespace lgtmwatch {

struct Shard {
  std::size_t index = 0;
  std::size_t count = 1;
};

inline constexpr std::size_t most_shards = 10000;

// The index as a number, or as the name of a pod of a StatefulSet, whose ordinal it ends with: "2", "lgtmwatch-2".
// The errors name the flags.
Result<Shard> parse_shard(std::string_view index, std::string_view count);

// From 0 to count - 1.
std::size_t shard_of(std::string_view stack, std::size_t count);

Plan plan_of_shard(Plan plan, Shard shard);

}  // namespace lgtmwatch
