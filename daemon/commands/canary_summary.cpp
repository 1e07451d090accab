// The report of a round of canaries as text and as JSON.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "daemon/commands/canary_report.hpp"

namespace lgtmwatch {
namespace {

std::string seconds_of(const std::optional<Duration>& duration) {
  return duration ? fmt::format("{:.3f} s", to_seconds(*duration)) : std::string("-");
}

std::string arrival_of(const SignalReport& report) {
  if (!report.outcome) return "not checked";
  return std::string(to_string(*report.outcome));
}

bool all_arrivals_checked(const CanaryRoundReport& report) {
  return std::all_of(report.signals.begin(), report.signals.end(),
                     [](const SignalReport& each) { return each.outcome.has_value(); });
}

std::string signal_line(const SignalReport& report) {
  return fmt::format("  {:<9} {:<15} {:>10}   {:<15} {:>10}\n", to_string(report.signal), report.answer,
                     seconds_of(report.write_took), arrival_of(report), seconds_of(report.visible_after));
}

std::string trouble(const SignalReport& report, const std::string& signals) {
  auto text = fmt::format("\n  {}: {}\n", signals, report.why);
  if (!report.hint.empty()) text += fmt::format("     {:<10}{}\n", "remedy", report.hint);
  for (const auto& line : report.evidence) text += fmt::format("     {:<10}{}\n", "evidence", line);
  return text;
}

// What several signals have in common is told once.
std::string troubles(const std::vector<SignalReport>& reports) {
  std::string text;
  for (auto each = reports.begin(); each != reports.end();) {
    const auto next =
        std::find_if(each, reports.end(), [&](const SignalReport& other) { return other.why != each->why; });
    std::string signals;
    for (auto same = each; same != next; ++same) {
      if (!signals.empty()) signals += ", ";
      signals += to_string(same->signal);
    }
    if (!each->why.empty()) text += trouble(*each, signals);
    each = next;
  }
  return text;
}

std::string_view verdict_of(const CanaryRoundReport& report) {
  switch (report.state) {
    case State::healthy:
      return all_arrivals_checked(report) ? "ok, every signal arrived" : "ok, every signal was accepted";
    case State::unknown: return "unknown, not everything could be asked";
    default: break;
  }
  const bool none = std::all_of(report.signals.begin(), report.signals.end(),
                                [](const SignalReport& each) { return each.state == State::broken; });
  return none ? "BROKEN, no signal gets through" : "BROKEN, not every signal gets through";
}

boost::json::value number_or_null(const std::optional<Duration>& duration) {
  if (!duration) return nullptr;
  return to_seconds(*duration);
}

boost::json::object signal_json(const SignalReport& report) {
  boost::json::object object;
  object["signal"] = to_string(report.signal);
  object["state"] = to_string(report.state);
  object["answer"] = report.answer;
  object["reason"] = report.reason;
  object["write_seconds"] = number_or_null(report.write_took);
  object["outcome"] = report.outcome ? boost::json::value(to_string(*report.outcome)) : boost::json::value(nullptr);
  object["visible_seconds"] = number_or_null(report.visible_after);
  object["why"] = report.why;
  object["hint"] = report.hint;
  boost::json::array evidence;
  for (const auto& line : report.evidence) evidence.emplace_back(line);
  object["evidence"] = std::move(evidence);
  return object;
}

}  // namespace

std::string canary_report_text(const CanaryRoundReport& report) {
  auto text =
      fmt::format("receiver {} ({}): {}\n\n", report.receiver, protocol_of(report.entrance), verdict_of(report));
  text += fmt::format("  {:<9} {:<15} {:>10}   {:<15} {:>10}\n", "signal", "answer", "after", "arrival", "after");
  for (const auto& each : report.signals) text += signal_line(each);
  text += troubles(report.signals);
  if (!all_arrivals_checked(report))
    text +=
        "\nnote: where it says \"not checked\" only the receiver was asked, not whether anything arrived behind it; "
        "--config.file says where to look\n";
  return text;
}

boost::json::object canary_report_json(const CanaryRoundReport& report) {
  boost::json::object object;
  object["receiver"] = report.receiver;
  object["protocol"] = protocol_of(report.entrance);
  object["state"] = to_string(report.state);
  object["arrival_checked"] = all_arrivals_checked(report);
  boost::json::array signals;
  for (const auto& each : report.signals) signals.push_back(signal_json(each));
  object["signals"] = std::move(signals);
  return object;
}

}  // namespace lgtmwatch
