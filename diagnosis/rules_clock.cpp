// Clocks that differ from lgtmwatch's own by more than a few seconds.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/clocks.hpp"
#include "diagnosis/findings.hpp"

namespace lgtmwatch {
namespace {

constexpr int answers_that_prove = 3;
constexpr Duration same_clock = std::chrono::seconds(3);

// What the answers of one component say of its clock.
struct Clock {
  std::string subject;
  std::string name;
  std::vector<Signal> signals;
  std::string evidence;
  Duration ahead{};  // the middle of the newest bounds
  int answers = 0;   // that are off
  bool known = false;
  bool right = false;  // some answer is within what is tolerated
};

bool is_off(const ClockOffset& offset) {
  return offset.least > tolerated_clock_offset || offset.most < -tolerated_clock_offset;
}

// Grafana's proxy hands on the Date of others, so only what a component says of itself counts.
void add(Clock& clock, const ProbeFacts* facts) {
  if (!facts || !facts->clock.last || !facts->last || facts->last->exchanges.empty()) return;
  const auto& offset = *facts->clock.last;
  clock.known = true;
  clock.right = clock.right || !is_off(offset);
  clock.answers += facts->clock.off;
  clock.ahead = (offset.least + offset.most) / 2;
  const auto& exchange = facts->last->exchanges.front();
  if (exchange.date)
    clock.evidence = fmt::format("{} → Date {}, asked at {} by lgtmwatch's clock", exchange.curl,
                                 format_rfc3339(*exchange.date), format_rfc3339(exchange.at));
}

std::vector<Clock> all_clocks(const View& view) {
  std::vector<Clock> clocks;
  for (const auto component : {Component::loki, Component::tempo, Component::mimir, Component::grafana}) {
    if (!view.backend(component)) continue;
    Clock clock;
    clock.subject = std::string(to_string(component));
    clock.name = std::string(display_name(component));
    if (component != Component::grafana) clock.signals = {signal_of(component)};
    for (const auto* kind : {"_ready", "_build_info", "_metrics"})
      add(clock, view.find(clock.subject + kind, view.address(component)));
    clocks.push_back(std::move(clock));
  }
  for (const auto& alloy : view.plan().alloys) {
    Clock clock;
    clock.subject = alloy.name;
    clock.name = fmt::format("Alloy '{}'", alloy.name);
    for (const auto* kind : {"alloy_ready", "alloy_controller"}) add(clock, view.find(kind, alloy.name));
    clocks.push_back(std::move(clock));
  }
  std::erase_if(clocks, [](const Clock& clock) { return !clock.known; });
  return clocks;
}

bool is_wrong(const Clock& clock) { return !clock.right && clock.answers >= answers_that_prove; }

std::string how_far(const Clock& clock) {
  const bool ahead = clock.ahead > Duration::zero();
  return fmt::format("{} {}", format_age(ahead ? clock.ahead : -clock.ahead), ahead ? "ahead" : "behind");
}

Finding made(const std::vector<Clock>& wrong) {
  Finding finding;
  finding.cause = "clock-skew";
  finding.stage = Stage::watch;
  finding.severity = Severity::warning;
  for (const auto& clock : wrong)
    if (!clock.evidence.empty()) finding.evidence.push_back(clock.evidence);
  return finding;
}

// All differ from ours by the same: then it is ours that is wrong, unless all of them run on one other machine.
Finding our_clock(const std::vector<Clock>& wrong) {
  auto finding = made(wrong);
  finding.subject = "lgtmwatch";
  finding.state = State::unknown;
  finding.summary = fmt::format(
      "the clock of lgtmwatch's machine and that of the stack differ: all {} components that tell their time are {} of "
      "it. "
      "How old records are is not known to better than that",
      wrong.size(), how_far(wrong.front()));
  finding.remedy = {
      "compare `date -u` on both machines, and let the one that is wrong keep its time: timedatectl set-ntp "
      "true, or chrony; most likely it is lgtmwatch's own"};
  return finding;
}

Finding their_clock(const Clock& clock, bool alone) {
  auto finding = made({clock});
  finding.subject = clock.subject;
  finding.signals = clock.signals;
  finding.state = clock.signals.empty() ? State::healthy : State::degraded;
  finding.summary = fmt::format("the clock of {} is {} of lgtmwatch's{}", clock.name, how_far(clock),
                                alone ? ", which may be the wrong one: no other component tells its time"
                                      : ", while others agree with lgtmwatch's");
  finding.remedy = {remedy_of_clock(clock.name)};
  return finding;
}

}  // namespace

std::string remedy_of_clock(const std::string& whose) {
  return fmt::format(
      "let the machine of {} keep its time: timedatectl set-ntp true, or chrony; a virtual machine that slept needs it "
      "set once (chronyc makestep)",
      whose);
}

void find_wrong_clocks(const View& view, Diagnosis& diagnosis) {
  const auto clocks = all_clocks(view);
  std::vector<Clock> wrong;
  std::copy_if(clocks.begin(), clocks.end(), std::back_inserter(wrong), is_wrong);
  if (wrong.empty()) return;
  const auto [least, most] =
      std::minmax_element(wrong.begin(), wrong.end(), [](const Clock& a, const Clock& b) { return a.ahead < b.ahead; });
  const bool all = wrong.size() == clocks.size() && most->ahead - least->ahead <= same_clock;
  if (all && wrong.size() > 1) {
    diagnosis.findings.push_back(our_clock(wrong));
    return;
  }
  for (const auto& clock : wrong) diagnosis.findings.push_back(their_clock(clock, clocks.size() == 1));
}

}  // namespace lgtmwatch
