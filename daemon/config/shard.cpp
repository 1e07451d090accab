#include "daemon/config/shard.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>

namespace lgtmwatch {
namespace {

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Error usage(std::string what, std::string hint) {
  return {Phase::content, Reason::parse, std::move(what), std::move(hint)};
}

// FNV-1a, and the last step of SplitMix64, since names often differ in their last character only.
std::uint64_t hash_of_name(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

}  // namespace

Result<Shard> parse_shard(std::string_view index, std::string_view count) {
  const auto shards = whole_number(count);
  if (!shards || *shards < 1 || *shards > most_shards)
    return usage(fmt::format("--shard.count: '{}' is no number of shards", count),
                 fmt::format("write how many daemons share the stacks, from 1 to {}", most_shards));
  const auto dash = index.rfind('-');
  const bool is_pod = dash != std::string_view::npos && dash > 0;
  const auto ordinal = whole_number(is_pod ? index.substr(dash + 1) : index);
  if (!ordinal)
    return usage(fmt::format("--shard.index: '{}' is neither a number nor the name of a pod that ends in one", index),
                 "write which of the shards this is, from 0 on, or the name of a pod of a StatefulSet, such as "
                 "lgtmwatch-0");
  if (*ordinal >= *shards)
    return usage(fmt::format("--shard.index: there is no shard {} of {}", *ordinal, *shards),
                 *shards == 1 ? std::string("give --shard.count, which is 1 where it is not given")
                              : fmt::format("the shards are numbered from 0 to {}", *shards - 1));
  return Shard{*ordinal, *shards};
}

// Lamping, Veach: A Fast, Minimal Memory, Consistent Hash Algorithm, arXiv:1406.2294.
std::size_t shard_of(std::string_view stack, std::size_t count) {
  auto key = hash_of_name(stack);
  std::size_t shard = 0;
  for (double next = 0; next < static_cast<double>(count);) {
    shard = static_cast<std::size_t>(next);
    key = key * 2862933555777941757 + 1;
    next = static_cast<double>(static_cast<std::uint64_t>(static_cast<double>(shard + 1) *
                                                          (2147483648.0 / static_cast<double>((key >> 33) + 1))));
  }
  return shard;
}

Plan plan_of_shard(Plan plan, Shard shard) {
  std::erase_if(plan.stacks, [&](const StackPlan& stack) { return shard_of(stack.name, shard.count) != shard.index; });
  return plan;
}

}  // namespace lgtmwatch
