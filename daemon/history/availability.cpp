#include "daemon/history/availability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lgtmwatch {
namespace {

std::size_t place(Standing standing) { return static_cast<std::size_t>(standing); }

TimeSpent only(Standing standing, Duration duration) {
  TimeSpent spent{};
  spent[place(standing)] = duration;
  return spent;
}

bool is_only(const AvailabilitySpan& span, Standing standing) {
  return span.spent[place(standing)] == span.to - span.from;
}

void add_to(TimeSpent& sum, const TimeSpent& more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
}

TimeSpent part_of(const TimeSpent& spent, double share) {
  TimeSpent part{};
  for (std::size_t i = 0; i < spent.size(); ++i)
    part[i] = std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::nano>(spent[i]) * share);
  return part;
}

// With so many digits that it is not rounded to 0 or 100.
std::string percent(double share, int digits) {
  const auto factor = std::pow(10.0, digits);
  auto tens = std::round(share * 100 * factor);
  if (share < 1 && tens >= 100 * factor) tens = 100 * factor - 1;
  if (share > 0 && tens <= 0) tens = 1;
  return share == 0 || share == 1 ? fmt::format("{} %", share * 100) : fmt::format("{:.{}f} %", tens / factor, digits);
}

}  // namespace

std::string_view to_string(Standing standing) {
  if (standing == Standing::maintenance) return "maintenance";
  return to_string(static_cast<State>(standing));
}

std::optional<double> Availability::share() const {
  const auto good = spent[place(Standing::healthy)] + spent[place(Standing::degraded)];
  const auto all = good + spent[place(Standing::broken)];
  if (all == Duration::zero()) return std::nullopt;
  return static_cast<double>(good.count()) / static_cast<double>(all.count());
}

double Availability::known() const {
  const auto known =
      spent[place(Standing::healthy)] + spent[place(Standing::degraded)] + spent[place(Standing::broken)];
  const auto all = known + spent[place(Standing::unknown)];
  return all == Duration::zero() ? 0 : static_cast<double>(known.count()) / static_cast<double>(all.count());
}

std::string share_text(const Availability& availability) {
  const auto share = availability.share();
  return share ? percent(*share, 2) : "not known";
}

std::string known_text(const Availability& availability) {
  const auto known = availability.known();
  return known > 0 && known < 0.01 ? "under 1 %" : percent(known, 0);
}

std::string availability_text(const Availability& availability) {
  if (!availability.share()) return share_text(availability);
  return fmt::format("{} ({} of the time known)", share_text(availability), known_text(availability));
}

void AvailabilitySeries::add(WallTime from, WallTime to, Standing standing) {
  if (!spans_.empty()) from = std::max(from, spans_.back().to);
  if (to <= from || standing == Standing::unknown) return;
  if (!spans_.empty() && spans_.back().to == from && is_only(spans_.back(), standing)) {
    spans_.back().to = to;
    spans_.back().spent = only(standing, to - spans_.back().from);
    return;
  }
  spans_.push_back({from, to, only(standing, to - from)});
  if (spans_.size() > most_spans) unite_the_shortest();
}

// What lies between the two is unknown.
void AvailabilitySeries::unite_the_shortest() {
  auto shortest = spans_.begin();
  for (auto each = spans_.begin(); each + 1 != spans_.end() - 1; ++each)
    if ((each + 1)->to - each->from < (shortest + 1)->to - shortest->from) shortest = each;
  const auto next = shortest + 1;
  shortest->spent[place(Standing::unknown)] += next->from - shortest->to;
  add_to(shortest->spent, next->spent);
  shortest->to = next->to;
  spans_.erase(next);
}

void AvailabilitySeries::forget(WallTime before) {
  std::erase_if(spans_, [&](const AvailabilitySpan& span) { return span.to < before; });
}

Availability AvailabilitySeries::over(Duration window, WallTime now) const {
  const auto begin = now - window;
  Availability availability;
  for (const auto& span : spans_) {
    const auto from = std::max(span.from, begin);
    const auto to = std::min(span.to, now);
    if (to <= from) continue;
    const auto share = static_cast<double>((to - from).count()) / static_cast<double>((span.to - span.from).count());
    add_to(availability.spent, share == 1 ? span.spent : part_of(span.spent, share));
  }
  const auto covered = std::accumulate(availability.spent.begin(), availability.spent.end(), Duration::zero());
  availability.spent[place(Standing::unknown)] += std::max(window - covered, Duration::zero());
  return availability;
}

}  // namespace lgtmwatch
