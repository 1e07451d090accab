#include "daemon/status/panel_past.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration young = std::chrono::minutes(10);

PanelPast begun_anew(const PanelPast& past) {
  PanelPast anew;
  anew.broken_off = true;
  anew.newest = past.newest;
  return anew;
}

PanelPast with_data(PanelPast past, const std::optional<WallTime>& newest, WallTime at) {
  const bool old = newest && at - *newest > young;
  if (past.empty > 0 || (past.aged && !old)) past = begun_anew(past);
  past.aged = old;
  const bool advanced = !newest || !past.newest || *newest > *past.newest;
  if (!old && advanced) ++past.with_data;
  if (newest && advanced) past.newest = newest;
  return past;
}

}  // namespace

PanelPast advance(PanelPast past, const PanelAnswer& panel, WallTime at) {
  switch (panel.state) {
    case PanelState::unknown: return past;
    case PanelState::error: ++past.failing; return past;
    case PanelState::empty: ++past.empty; break;
    case PanelState::data: past = with_data(past, panel.newest, at); break;
  }
  past.failing = 0;
  return past;
}

}  // namespace lgtmwatch
