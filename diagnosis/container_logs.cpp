#include "diagnosis/container_logs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lgtmwatch {
namespace {

constexpr Duration young = std::chrono::minutes(15);
constexpr Duration just_started = std::chrono::minutes(2);  // Docker waits at most one minute between two starts
constexpr int several = 3;

const std::vector<LogLine>* lines_of(const View& view, const Container& container) {
  const auto* found = view.settled<ContainerLogs>("docker_errors", view.plan().docker->endpoint.url.address()).value();
  if (!found) return nullptr;
  for (const auto& log : found->logs)
    if (log.container == container.name) return &log.lines;
  return nullptr;
}

// Lines of its last life: of one that has ended they may be old.
bool is_of_now(const View& view, const Container& container, const LogLine& line) {
  if (view.now() - line.at <= young) return true;
  return !is_running(container) && container.started && line.at >= *container.started;
}

FoundLine shown(const View& view, const Container& container, const LogLine& line) {
  const auto question =
      engine_question(view, fmt::format("/containers/{}/logs?stdout=1&stderr=1&timestamps=1&tail=400", container.id));
  return {line.text, fmt::format("{} --output - → {} {}", question, format_rfc3339(line.at), line.text)};
}

// What Alloy and Grafana write where they cannot start; else the last of all.
const LogLine* what_it_said(const View& view, const Container& container) {
  const auto* lines = lines_of(view, container);
  if (!lines) return nullptr;
  const LogLine* said = nullptr;
  for (const auto& line : *lines) {
    if (!is_of_now(view, container, line)) continue;
    if (line.text.starts_with("Error:")) return &line;
    said = &line;
  }
  return said;
}

}  // namespace

std::optional<FoundLine> find_in_logs(const View& view, const Container* container, std::string_view pattern) {
  const auto* lines = container ? lines_of(view, *container) : nullptr;
  if (!lines) return std::nullopt;
  const auto line = std::find_if(lines->rbegin(), lines->rend(), [&](const LogLine& each) {
    return each.text.find(pattern) != std::string::npos && is_of_now(view, *container, each);
  });
  if (line == lines->rend()) return std::nullopt;
  return shown(view, *container, *line);
}

std::optional<FoundLine> find_in_logs(const View& view, Component component, std::string_view pattern) {
  const Containers containers(view);
  return find_in_logs(view, containers.of_component(component), pattern);
}

std::optional<FoundLine> find_in_logs(const View& view, const AlloyPlan& alloy, std::string_view pattern) {
  const Containers containers(view);
  return find_in_logs(view, containers.of_alloy(alloy), pattern);
}

bool does_not_stay_up(const View& view, const Container& container) {
  if (!is_running(container)) return container.status != "paused";
  return container.restarts >= several && container.started && view.now() - *container.started < just_started;
}

void tell_how_it_ended(const View& view, const Container* container, Finding& finding) {
  if (!container || !does_not_stay_up(view, *container)) return;
  finding.evidence.push_back(fmt::format("{} → State.Status {}, ExitCode {}, OOMKilled {}, RestartCount {}",
                                         engine_question(view, fmt::format("/containers/{}/json", container->id)),
                                         container->status, container->exit_code, container->oom_killed,
                                         container->restarts));
  if (const auto* said = what_it_said(view, *container))
    finding.evidence.push_back(shown(view, *container, *said).evidence);
}

}  // namespace lgtmwatch
