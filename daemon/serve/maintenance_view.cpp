#include "daemon/serve/maintenance_view.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>

namespace lgtmwatch {

boost::json::array maintenance_json(const StackPlan& stack, WallTime now) {
  boost::json::array array;
  for (const auto& window : active_at(stack.maintenance, now)) {
    boost::json::array signals;
    for (const auto signal : window.signals) signals.emplace_back(to_string(signal));
    array.push_back(boost::json::object{{"signals", std::move(signals)},
                                        {"start", format_rfc3339(window.start)},
                                        {"end", format_rfc3339(window.end)},
                                        {"canaries", window.pauses_canaries ? "pause" : "write"}});
  }
  return array;
}

std::string maintenance_html(const StackPlan& stack, WallTime now) {
  std::string html;
  for (const auto& window : active_at(stack.maintenance, now)) {
    std::string signals;
    for (const auto signal : window.signals) signals += (signals.empty() ? "" : ", ") + std::string(to_string(signal));
    html += fmt::format("<p class=\"degraded\">In maintenance until {} ({}){}</p>", format_rfc3339(window.end), signals,
                        window.pauses_canaries ? "; canaries are paused" : "");
  }
  return html;
}

}  // namespace lgtmwatch
