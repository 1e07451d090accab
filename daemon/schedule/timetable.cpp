#include "daemon/schedule/timetable.hpp"

#include <algorithm>
#include <cstdint>

namespace lgtmwatch {
namespace {

constexpr Duration first_run_within = std::chrono::seconds(15);

// FNV-1a with a final mix: the same on every machine and in every release.
std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  return hash ^ (hash >> 33);
}

}  // namespace

void Timetable::add(std::string_view id, Duration interval) {
  const auto hash = stable_hash(id);
  const auto within = [hash](Duration span) {
    return Duration(static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(span.count())));
  };
  slots_.push({start_ + within(std::min(interval, first_run_within)), entries_.size()});
  entries_.push_back({within(interval), interval});
}

std::optional<Slot> Timetable::earliest() const {
  if (slots_.empty()) return std::nullopt;
  return slots_.top();
}

Slot Timetable::take(Tick now) {
  const auto slot = slots_.top();
  slots_.pop();
  const auto& entry = entries_[slot.probe];
  const auto grid = start_ + entry.offset;
  const auto since = std::max(now, slot.at) - grid;
  const auto passed = since < Duration::zero() ? std::int64_t{0} : since / entry.interval + 1;
  slots_.push({grid + passed * entry.interval, slot.probe});
  return slot;
}

}  // namespace lgtmwatch
