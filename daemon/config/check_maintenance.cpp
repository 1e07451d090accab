#include <fmt/format.h>

#include <algorithm>

#include "daemon/config/check_settings.hpp"

namespace lgtmwatch {
namespace {

// Stacks that are found elsewhere come and go.
void check_stacks(const Settings& settings, const MaintenanceSettings& window, Diagnostics& diagnostics) {
  if (settings.discovery) return;
  std::vector<std::string_view> names;
  for (const auto& stack : settings.stacks)
    if (stack.name) names.push_back(stack.name->value);
  for (const auto& written : window.stacks)
    if (std::find(names.begin(), names.end(), written.value) == names.end())
      diagnostics.error(written.place, fmt::format("there is no stack '{}'", written.value),
                        suggest(written.value, names));
}

void check_times(const MaintenanceSettings& window, std::optional<WallTime> now, Diagnostics& diagnostics) {
  if (!window.start || !window.end) return;
  const auto end = format_rfc3339(window.end->value);
  if (window.end->value <= window.start->value) {
    diagnostics.error(
        window.end->place,
        fmt::format("the end ({}) is not later than the start ({})", end, format_rfc3339(window.start->value)),
        "a window ends after it has begun");
  } else if (now && window.end->value <= *now) {
    diagnostics.warning(window.end->place, fmt::format("the window has been over since {}, so it has no effect", end),
                        "leave it out, or mend its times");
  }
}

}  // namespace

void check_maintenance(const Settings& settings, std::optional<WallTime> now, Diagnostics& diagnostics) {
  for (const auto& window : settings.maintenance) {
    check_stacks(settings, window, diagnostics);
    check_times(window, now, diagnostics);
  }
}

}  // namespace lgtmwatch
