#include "daemon/config/shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <vector>

namespace lgtmwatch {
namespace {

std::vector<std::string> names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back(fmt::format("stack-{}", i));
  return names;
}

std::string problem_of(std::string_view index, std::string_view count) {
  const auto shard = parse_shard(index, count);
  return shard ? "" : shard.error().what + " | " + shard.error().hint;
}

TEST_CASE("The assignment of stacks to shards stays as it was in every version before") {
  struct Row {
    const char* stack;
    std::size_t of_two, of_three, of_ten, of_thousand;
  };
  const std::vector<Row> rows{{"scanium", 1, 1, 1, 253},
                              {"shop", 1, 1, 9, 307},
                              {"bank", 1, 1, 7, 772},
                              {"stack-0", 0, 0, 0, 158},
                              {"stack-1", 1, 1, 1, 968},
                              {"stack-199", 1, 1, 7, 44},
                              {"\u00e4\u00f6\u00fc", 1, 1, 4, 103},
                              {"a", 1, 1, 9, 572}};
  for (const auto& row : rows) {
    INFO(row.stack);
    CHECK(shard_of(row.stack, 2) == row.of_two);
    CHECK(shard_of(row.stack, 3) == row.of_three);
    CHECK(shard_of(row.stack, 10) == row.of_ten);
    CHECK(shard_of(row.stack, 1000) == row.of_thousand);
  }
}

TEST_CASE("A single shard has every stack") {
  for (const auto& name : names(1000)) CHECK(shard_of(name, 1) == 0);
}

TEST_CASE("Every shard has about as many stacks as every other") {
  constexpr std::size_t shards = 7;
  std::map<std::size_t, int> sizes;
  for (const auto& name : names(7000)) ++sizes[shard_of(name, shards)];
  REQUIRE(sizes.size() == shards);
  for (const auto& [shard, size] : sizes) {
    INFO(shard);
    CHECK(size > 850);
    CHECK(size < 1150);
  }
}

TEST_CASE("One shard more moves its own part of the stacks, and none but to itself") {
  constexpr std::size_t stacks = 5000;
  for (std::size_t shards = 1; shards < 12; ++shards) {
    INFO(shards);
    std::size_t moved = 0;
    for (const auto& name : names(stacks)) {
      const auto before = shard_of(name, shards);
      const auto after = shard_of(name, shards + 1);
      if (before == after) continue;
      ++moved;
      REQUIRE(after == shards);
    }
    const double part = static_cast<double>(moved) / stacks;
    CHECK(part == Approx(1.0 / static_cast<double>(shards + 1)).epsilon(0.15));
  }
}

TEST_CASE("Every stack of a plan is in exactly one of its shards, in the order of the plan") {
  Plan plan;
  for (const auto& name : names(200)) plan.stacks.emplace_back().name = name;
  std::multimap<std::string, std::size_t> found;
  for (std::size_t index = 0; index < 3; ++index) {
    const auto part = plan_of_shard(plan, {index, 3});
    for (const auto& stack : part.stacks) found.emplace(stack.name, index);
  }
  CHECK(found.size() == 200);
  for (const auto& stack : plan.stacks) CHECK(found.count(stack.name) == 1);
  CHECK(plan_of_shard(plan, {}).stacks.size() == 200);
}

TEST_CASE("A shard is a number, or the pod of a StatefulSet") {
  CHECK(parse_shard("0", "1")->index == 0);
  CHECK(parse_shard("2", "3")->index == 2);
  CHECK(parse_shard("2", "3")->count == 3);
  CHECK(parse_shard("lgtmwatch-0", "3")->index == 0);
  CHECK(parse_shard("lgtm-watch-11", "12")->index == 11);
}

TEST_CASE("A shard that cannot be is refused by what is wrong with it") {
  const std::string pod = " is neither a number nor the name of a pod that ends in one";
  CHECK_THAT(problem_of("3", "3"),
             Catch::StartsWith("--shard.index: there is no shard 3 of 3 | the shards are numbered "
                               "from 0 to 2"));
  CHECK_THAT(problem_of("lgtmwatch-1", "1"), Catch::Contains("no shard 1 of 1 | give --shard.count"));
  for (const std::string index : {"", "-1", "one", "lgtmwatch", "lgtmwatch-", "1.0", "99999999999999999999999"})
    CHECK_THAT(problem_of(index, "3"), Catch::StartsWith("--shard.index: '" + index + "'" + pod));
  for (const std::string count : {"", "0", "-3", "three", "10001"})
    CHECK_THAT(problem_of("0", count), Catch::StartsWith("--shard.count: '" + count + "' is no number of shards | "));
}

}  // namespace
}  // namespace lgtmwatch
