#include "probes/canary/old_canaries.hpp"

#include <algorithm>

namespace lgtmwatch {
namespace {

constexpr auto one_every = std::chrono::hours(1);

// The look that it waits for; null where none is left.
const CanaryLookPlan* next_look(const OldCanary& canary, const std::vector<CanaryLookPlan>& looks, WallTime now) {
  const auto next = std::find_if(looks.begin(), looks.end(), [&](const CanaryLookPlan& look) {
    return look.age > canary.judged_at && now - canary.written < look.until;
  });
  return next == looks.end() ? nullptr : &*next;
}

}  // namespace

bool OldCanaries::remember(OldCanary canary) {
  if (!remembered_.empty() && canary.written - remembered_.back().written < one_every) return false;
  remembered_.push_back(std::move(canary));
  return true;
}

std::vector<OldCanary> OldCanaries::forget(const std::vector<CanaryLookPlan>& looks, const std::string& read_from,
                                           WallTime now) {
  std::vector<OldCanary> forgotten;
  std::erase_if(remembered_, [&](const OldCanary& canary) {
    const bool is_done = canary.read_from != read_from || !next_look(canary, looks, now);
    if (is_done) forgotten.push_back(canary);
    return is_done;
  });
  return forgotten;
}

std::optional<OldCanaries::Due> OldCanaries::next(const std::vector<CanaryLookPlan>& looks, WallTime now) {
  if (is_reading_) return std::nullopt;
  for (const auto& canary : remembered_) {
    const auto* look = next_look(canary, looks, now);
    if (!look || now - canary.written < look->age) continue;
    is_reading_ = true;
    return Due{canary, *look};
  }
  return std::nullopt;
}

std::optional<OldCanary> OldCanaries::judge(const Due& due, CanaryLookResult result, WallTime now) {
  is_reading_ = false;
  const bool is_first_miss = result == CanaryLookResult::missing && missing_ != due.canary.written;
  const bool asks_again = is_first_miss || (result == CanaryLookResult::unknown &&
                                            now - due.canary.written + due.look.pause < due.look.until);
  if (is_first_miss) missing_ = due.canary.written;
  if (!asks_again) missing_.reset();
  const auto found = std::find(remembered_.begin(), remembered_.end(), due.canary);
  if (asks_again || found == remembered_.end()) return std::nullopt;
  found->judged_at = due.look.age;
  return *found;
}

}  // namespace lgtmwatch
