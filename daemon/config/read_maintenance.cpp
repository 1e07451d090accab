#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

constexpr std::array canaries_words{Choice<bool>{"pause", true}, Choice<bool>{"write", false}};

}  // namespace

MaintenanceSettings read_maintenance(const YamlValue& value) {
  MaintenanceSettings window;
  MapReader map(value);
  if (const auto stacks = map.get("stacks")) window.stacks = stacks->names();
  if (const auto signals = map.get("signals")) window.signals = read_signals(*signals);
  map.require("start", "give the time at which the window begins, such as 2026-12-01T01:00:00Z");
  window.start = map.time("start");
  map.require("end", "give the time at which the window is over, such as 2026-12-01T02:00:00Z");
  window.end = map.time("end");
  if (const auto canaries = map.get("canaries")) window.pauses_canaries = canaries->choice(canaries_words);
  map.finish();
  return window;
}

}  // namespace lgtmwatch
