// What the logs of the stack's own containers tell: why a component does not stay up, and that a volume is full.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diagnosis/container_logs.hpp"
#include "diagnosis/findings.hpp"

namespace lgtmwatch {
namespace {

constexpr std::array components{Component::loki, Component::tempo, Component::mimir, Component::grafana};

// A cause that a line of a component's log names.
struct Told {
  std::string_view pattern;
  std::string_view cause;
  std::string_view what;    // "Loki …"
  std::string_view remedy;  // "{}" is its container
};

constexpr Told disk{"no space left on device", "disk-full-any-backend", "has no space left on its volume",
                    "free space on the volume of {} (`docker system df`, `df -h`), then shorten its retention; do not "
                    "delete files of a backend that runs"};
constexpr Told permission{
    "permission denied", "volume-permission-denied", "may not write into its volume",
    "give the volume of {} to the user that it runs as (the images of Loki, Tempo and Mimir: `chown "
    "-R 10001:10001` on what is mounted), and start it anew"};

Stage stage_of(Component component) { return component == Component::grafana ? Stage::visualize : Stage::ingest; }

// What says of a component that it does not answer, or is not ready.
Finding* unwell(Diagnosis& diagnosis, Component component) {
  for (auto& finding : diagnosis.findings) {
    const bool is_backend = finding.cause == "backend-down" || finding.cause == "backend-not-ready";
    if ((is_backend || finding.cause == "grafana-down-or-db") && finding.subject == to_string(component))
      return &finding;
  }
  return nullptr;
}

// The finding becomes one of the cause that the log tells; what was seen from outside follows from it.
void name_the_cause(Finding& finding, const Told& told, const FoundLine& line, Component component,
                    const Container& container) {
  finding.consequences.insert(finding.consequences.begin(), fmt::format("{}: {}", finding.cause, finding.summary));
  finding.cause = told.cause;
  finding.summary = fmt::format("{} {} and does not work for it: {}", display_name(component), told.what, line.text);
  finding.evidence.insert(finding.evidence.begin(), line.evidence);
  finding.remedy = {fmt::format(fmt::runtime(told.remedy), container.name)};
  finding.alternatives.clear();
}

// One that works all the same loses what it cannot write.
void find_full_disk(const View& view, Diagnosis& diagnosis, Component component, const Container& container) {
  const auto line = find_in_logs(view, &container, disk.pattern);
  const bool is_told = std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(), [&](const Finding& finding) {
    return finding.subject == to_string(component) && finding.cause.find("disk") != std::string::npos;
  });
  if (!line || is_told) return;
  Finding finding;
  finding.cause = disk.cause;
  finding.subject = std::string(to_string(component));
  finding.stage = stage_of(component);
  if (component != Component::grafana) finding.signals = {signal_of(component)};
  finding.severity = Severity::warning;
  finding.state = State::degraded;
  finding.summary = fmt::format("{} {}: {}", display_name(component), disk.what, line->text);
  finding.evidence = {line->evidence};
  finding.remedy = {fmt::format(fmt::runtime(disk.remedy), container.name)};
  diagnosis.findings.push_back(std::move(finding));
}

void explain(const View& view, const Container& container, Component component, Finding& finding) {
  tell_how_it_ended(view, &container, finding);
  if (const auto line = find_in_logs(view, &container, disk.pattern)) {
    name_the_cause(finding, disk, *line, component, container);
  } else if (does_not_stay_up(view, container)) {
    if (const auto refused = find_in_logs(view, &container, permission.pattern))
      name_the_cause(finding, permission, *refused, component, container);
  }
}

}  // namespace

void find_causes_in_logs(const View& view, Diagnosis& diagnosis) {
  if (!view.plan().docker) return;
  const Containers containers(view);
  for (const auto component : components) {
    const auto* container = containers.of_component(component);
    if (!container) continue;
    if (auto* finding = unwell(diagnosis, component)) {
      explain(view, *container, component, *finding);
    } else {
      find_full_disk(view, diagnosis, component, *container);
    }
  }
  for (auto& finding : diagnosis.findings) {
    if (finding.cause != "alloy-down-or-crashloop" && finding.cause != "alloy-not-ready") continue;
    for (const auto& alloy : view.plan().alloys)
      if (alloy.name == finding.subject) tell_how_it_ended(view, containers.of_alloy(alloy), finding);
  }
}

}  // namespace lgtmwatch
