// What the Docker engine knows of containers that do not send, and of health checks that cannot run.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "diagnosis/containers.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/paths.hpp"
#include "diagnosis/receiver_causes.hpp"

namespace lgtmwatch {
namespace {

Finding container_finding(std::string cause, std::string subject, Stage stage) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = std::move(subject);
  finding.stage = stage;
  return finding;
}

// Low severity, and no signal is worse for it.
void make_harmless(Finding& finding, Severity severity) {
  finding.severity = severity;
  finding.state = State::healthy;
}

void find_lost_socket(const View& view, Diagnosis& diagnosis) {
  const auto address = view.plan().docker->endpoint.url.address();
  const auto seen = view.settled<DockerContainers>("docker_containers", address);
  if (!seen.error()) return;
  auto finding = container_finding("watcher-docker-socket-lost", "docker", Stage::watch);
  make_harmless(finding, Severity::warning);
  finding.summary =
      fmt::format("lgtmwatch cannot ask the Docker engine, so nothing is known of containers and their networks: {}",
                  seen.error()->what);
  finding.evidence = evidence_of(seen.run());
  finding.remedy = {
      "mount the socket into lgtmwatch's container and let its user read it (group_add with the group of the socket), "
      "or let the socket proxy allow CONTAINERS=1"};
  diagnosis.findings.push_back(std::move(finding));
}

// Whose container it is: the stage of its component, and how it is called.
struct Role {
  Stage stage = Stage::source;
  std::string subject;
};

std::optional<Role> role_of(const View& view, const Containers& containers, const Container& container) {
  for (const auto component : {Component::loki, Component::tempo, Component::mimir, Component::grafana}) {
    const auto* plan = view.backend(component);
    if (plan && containers.of_endpoint(plan->endpoint, to_string(component)) == &container)
      return Role{component == Component::grafana ? Stage::visualize : Stage::ingest,
                  std::string(to_string(component))};
  }
  for (const auto& alloy : view.plan().alloys)
    if (containers.of_alloy(alloy) == &container) return Role{Stage::receive, alloy.name};
  for (const auto& expectation : view.plan().expectations)
    if (containers.of_source(expectation) == &container) return Role{Stage::source, expectation.source};
  return std::nullopt;
}

void find_checks_that_cannot_run(const View& view, const Containers& containers, Diagnosis& diagnosis) {
  for (const auto& container : containers.all()) {
    if (!lacks_its_check(container)) continue;
    const auto role = role_of(view, containers, container);
    if (!role) continue;
    auto finding = container_finding("healthcheck-tool-missing", role->subject, role->stage);
    make_harmless(finding, Severity::info);
    const auto& run = container.health_runs.back();
    finding.summary = fmt::format(
        "Docker calls the container {} unhealthy only because its health check cannot run: its tool is not in the "
        "image",
        container.name);
    finding.evidence = {fmt::format("{} → State.Health.Log: exit code {}, {}", containers.where_asked(container),
                                    run.exit_code, run.output)};
    finding.remedy = {fmt::format(
        "take the healthcheck of {} away, or use a tool that its image has; lgtmwatch asks the component itself",
        container.name)};
    diagnosis.findings.push_back(std::move(finding));
  }
}

// The probe that asks the component itself, and what it is asked for.
struct Own {
  std::string probe;
  std::string target;
  const Endpoint* endpoint;
};

std::optional<Own> own_readiness(const View& view, const Containers& containers, const Container& container) {
  for (const auto component : {Component::loki, Component::tempo, Component::mimir, Component::grafana})
    if (containers.of_component(component) == &container)
      return Own{fmt::format("{}_ready", to_string(component)), view.address(component),
                 &view.backend(component)->endpoint};
  for (const auto& alloy : view.plan().alloys)
    if (containers.of_alloy(alloy) == &container) return Own{"alloy_ready", alloy.name, &alloy.endpoint};
  return std::nullopt;
}

// How the component itself says that it does not work; nothing where it works, or could not be reached at all.
std::optional<std::string> denial_of(const RunRecord& run, const Endpoint& endpoint) {
  if (run.failure) {
    const bool refused = run.failure->reason == Reason::refused && !fails_at_proxy(endpoint, *run.failure);
    return refused ? std::optional(run.failure->what) : std::nullopt;
  }
  const auto* ready = run.found ? std::get_if<Readiness>(&*run.found) : nullptr;
  return ready && !ready->ready ? std::optional("it is not ready: " + ready->message) : std::nullopt;
}

// "healthy" for longer than its check would need to see what the component says itself.
void find_checks_that_cannot_fail(const View& view, const Containers& containers, Diagnosis& diagnosis) {
  constexpr Duration grace = std::chrono::seconds(30);
  for (const auto& container : containers.all()) {
    if (!is_running(container) || container.health != "healthy") continue;
    const auto own = own_readiness(view, containers, container);
    const auto* facts = own ? view.find(own->probe, own->target) : nullptr;
    const auto role = role_of(view, containers, container);
    if (!facts || !role || !facts->settled || !facts->bad_since) continue;
    const auto denial = denial_of(*facts->settled, *own->endpoint);
    if (!denial || view.now() - *facts->bad_since <= container.health_patience + grace) continue;
    auto finding = container_finding("healthcheck-too-lenient", role->subject, role->stage);
    make_harmless(finding, Severity::warning);
    finding.summary = fmt::format("Docker calls the container {} healthy, and for {} {} itself says otherwise: {}",
                                  container.name, format_age(view.now() - *facts->bad_since), role->subject, *denial);
    finding.evidence = {containers.where_asked(container) + " → State.Health.Status healthy"};
    for (auto& line : evidence_of(facts->settled.get())) finding.evidence.push_back(std::move(line));
    finding.remedy = {fmt::format(
        "let the healthcheck of {} fail with the component: `curl -f` (or `wget -q`) on its readiness endpoint; until "
        "then do not trust what Docker says of its health",
        container.name)};
    diagnosis.findings.push_back(std::move(finding));
  }
}

std::set<std::string> hosts_that_matter(const View& view, const Containers& containers) {
  std::set<std::string> hosts;
  for (const auto component : {Component::loki, Component::tempo, Component::mimir, Component::grafana})
    if (const auto* plan = view.backend(component)) hosts.insert(plan->endpoint.url.host());
  for (const auto& alloy : view.plan().alloys) {
    hosts.insert(alloy.endpoint.url.host());
    if (const auto* container = containers.of_alloy(alloy)) hosts.insert(container->name);
  }
  for (const auto& expectation : view.plan().expectations) {
    const auto* container = containers.of_source(expectation);
    const auto target = container ? export_target(*container, expectation.signal) : std::nullopt;
    if (target) hosts.insert(target->host);
  }
  return hosts;
}

void find_shared_aliases(const View& view, const Containers& containers, Diagnosis& diagnosis) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> holders;  // by network and alias
  for (const auto& container : containers.all()) {
    if (!is_running(container)) continue;
    for (const auto& network : container.networks)
      for (const auto& alias : network.aliases) holders[{network.name, alias}].insert(container.name);
  }
  const auto hosts = hosts_that_matter(view, containers);
  for (const auto& [where, names] : holders) {
    if (names.size() < 2 || !hosts.contains(where.second)) continue;
    auto finding = container_finding("duplicate-network-alias", where.second, Stage::network);
    make_harmless(finding, Severity::warning);  // what is lost by it shows elsewhere; replicas may be meant
    finding.summary =
        fmt::format("on the network {} {} containers answer to the name {}: {}. Each gets a part of what is sent there",
                    where.first, names.size(), where.second, fmt::join(names, ", "));
    finding.remedy = {
        fmt::format("let one container have the alias {}: stop the old one, or rename its service", where.second)};
    finding.evidence = {fmt::format("docker network inspect {}", where.first)};
    diagnosis.findings.push_back(std::move(finding));
  }
}

}  // namespace

void find_container_faults(const View& view, Diagnosis& diagnosis) {
  if (!view.plan().docker) return;
  const Containers containers(view);
  if (!containers.are_known()) {
    find_lost_socket(view, diagnosis);
    return;
  }
  find_checks_that_cannot_run(view, containers, diagnosis);
  find_checks_that_cannot_fail(view, containers, diagnosis);
  find_shared_aliases(view, containers, diagnosis);
}

}  // namespace lgtmwatch
