// Sources that are silent, and whose container tells why: it does not run, exports nothing, or sends elsewhere.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "diagnosis/findings.hpp"
#include "diagnosis/paths.hpp"
#include "diagnosis/scraped_lines.hpp"
#include "diagnosis/silent_container.hpp"

namespace lgtmwatch {

std::string right_endpoint(const SilentContainer& silence) {
  const auto* receiver = silence.view.receiver(silence.expectation.receiver);
  const auto* alloy = silence.view.alloy_of(silence.expectation.receiver);
  if (!receiver || !receiver->endpoint || !alloy) return "the receiver " + silence.expectation.receiver;
  const auto* container = silence.containers.of_alloy(*alloy);
  const auto host = container ? container->name : receiver->endpoint->url.host();
  return fmt::format("http://{}:{}", host, receiver->endpoint->url.port());
}

std::string described(const ExportTarget& target) {
  return target.variable.empty() ? "no OTEL_EXPORTER_OTLP_ENDPOINT beside other settings of OTLP"
                                 : fmt::format("{}={}", target.variable, target.endpoint);
}

const Container* container_of_alloy(const SilentContainer& silence) {
  const auto* alloy = silence.view.alloy_of(silence.expectation.receiver);
  return alloy ? silence.containers.of_alloy(*alloy) : nullptr;
}

namespace {

std::optional<Why> is_dead(const SilentContainer& silence) {
  const auto& container = silence.container;
  if (is_running(container)) return std::nullopt;
  Why why;
  why.cause = "source-container-dead";
  why.what = fmt::format("its container {} is {}{}{}", container.name, container.status,
                         container.status == "exited" ? fmt::format(" with code {}", container.exit_code) : "",
                         container.oom_killed ? ", killed for want of memory" : "");
  why.evidence = fmt::format("State.Status {}, ExitCode {}, OOMKilled {}, RestartCount {}", container.status,
                             container.exit_code, container.oom_killed, container.restarts);
  why.remedy = container.oom_killed
                   ? fmt::format("give {} more memory or find what needs it, then start it", container.name)
                   : fmt::format("read `docker logs --tail 50 {}`, and start it", container.name);
  return why;
}

std::optional<Why> is_switched_off(const SilentContainer& silence) {
  const auto setting = what_switches_off(silence.container, silence.expectation.signal);
  if (!setting) return std::nullopt;
  Why why;
  why.cause = "otlp-disabled-or-sampled-out";
  why.what = fmt::format("its container {} has {} switched off by {}", silence.container.name,
                         to_string(silence.expectation.signal), *setting);
  why.evidence = "Config.Env has " + *setting;
  why.remedy = fmt::format("take {} away from the environment of {}, or raise the ratio of the sampler", *setting,
                           silence.container.name);
  return why;
}

std::optional<Why> sends_to_itself(const SilentContainer& silence, const ExportTarget& target) {
  const auto& mode = silence.container.network_mode;
  if (!(is_loopback(target.host) || target.host == "0.0.0.0") || mode == "host" || mode.starts_with("container:"))
    return std::nullopt;
  Why why;
  why.cause = "otlp-localhost-in-container";
  why.what = fmt::format("its container {} sends OTLP to {}, which is the container itself", silence.container.name,
                         target.host);
  why.evidence = "Config.Env has " + described(target);
  why.remedy =
      fmt::format("set OTEL_EXPORTER_OTLP_ENDPOINT={} for {}", right_endpoint(silence), silence.container.name);
  if (target.variable.empty()) why.alternatives = {"otlp-http-path-wrong", "otlp-grpc-http-port-mixup"};
  return why;
}

// By another name it may be reached through a port that is published on the host.
bool sends_elsewhere(const SilentContainer& silence, const ExportTarget& target) {
  const auto* alloys = container_of_alloy(silence);
  return alloys && !answers_to(*alloys, target.host);
}

std::optional<Why> has_no_shared_network(const SilentContainer& silence) {
  const auto* alloys = container_of_alloy(silence);
  const auto& container = silence.container;
  if (!alloys || alloys == &container || share_a_network(container, *alloys)) return std::nullopt;
  if (container.network_mode == "host" || alloys->network_mode == "host" || alloys->networks.empty())
    return std::nullopt;
  const auto names = [](const Container& of) {
    std::string text;
    for (const auto& network : of.networks) text += (text.empty() ? "" : ", ") + network.name;
    return text.empty() ? std::string("none") : text;
  };
  Why why;
  why.cause = "docker-no-shared-network";
  why.stage = Stage::network;
  why.what = fmt::format("its container {} shares no network with Alloy's container {}", container.name, alloys->name);
  why.evidence =
      fmt::format("networks of {}: {}; of {}: {}", container.name, names(container), alloys->name, names(*alloys));
  why.remedy =
      fmt::format("attach both to one network, in the compose file or at once by `docker network connect {} {}`",
                  alloys->networks.front().name, container.name);
  return why;
}

std::optional<Why> mixes_up_ports(const SilentContainer& silence, const ExportTarget& target) {
  if (target.protocol.empty() || target.port == 0) return std::nullopt;
  const auto* alloy = silence.view.alloy_of(silence.expectation.receiver);
  if (!alloy) return std::nullopt;
  const bool speaks_grpc = target.protocol == "grpc";
  const auto wrong = speaks_grpc ? ReceiverKind::otlp_http : ReceiverKind::otlp_grpc;
  for (const auto& receiver : alloy->receivers) {
    if (receiver.kind != wrong || !receiver.endpoint || receiver.endpoint->url.port() != target.port) continue;
    Why why;
    why.cause = "otlp-grpc-http-port-mixup";
    why.what = fmt::format("its container {} speaks {} to the {} port {} of Alloy", silence.container.name,
                           target.protocol, speaks_grpc ? "HTTP" : "gRPC", target.port);
    why.evidence = fmt::format("Config.Env has {} and the protocol {}", described(target), target.protocol);
    why.remedy =
        fmt::format("set OTEL_EXPORTER_OTLP_PROTOCOL={} for {}, or send to the {} port of Alloy",
                    speaks_grpc ? "http/protobuf" : "grpc", silence.container.name, speaks_grpc ? "gRPC" : "HTTP");
    return why;
  }
  return std::nullopt;
}

// The general endpoint gets /v1/traces appended; that of a signal is used as it stands.
std::optional<Why> has_a_wrong_path(const SilentContainer& silence, const ExportTarget& target) {
  if (target.variable.empty() || target.protocol == "grpc" || target.endpoint.find("://") == std::string::npos)
    return std::nullopt;
  const bool is_general = target.variable == "OTEL_EXPORTER_OTLP_ENDPOINT";
  const auto path = fmt::format("/v1/{}", to_string(silence.expectation.signal));
  const bool has_path = target.endpoint.find("/v1/") != std::string::npos;
  if (is_general != has_path) return std::nullopt;
  Why why;
  why.cause = "otlp-http-path-wrong";
  why.what = fmt::format("its container {} sends to a path that no receiver serves", silence.container.name);
  why.evidence = "Config.Env has " + described(target);
  why.remedy = is_general
                   ? fmt::format("set OTEL_EXPORTER_OTLP_ENDPOINT to the base URL, {}, without {}",
                                 right_endpoint(silence), path)
                   : fmt::format("set {} to the whole URL, {}{}", target.variable, right_endpoint(silence), path);
  if (target.protocol.empty()) why.alternatives = {"otlp-grpc-http-port-mixup"};
  return why;
}

// What the engine answers counts: since 20.10 it keeps a copy of what it hands to some drivers.
std::optional<Why> cannot_be_tailed(const SilentContainer& silence) {
  constexpr std::array readable{"json-file", "local", "journald"};
  const auto& driver = silence.container.log_driver;
  const auto lines = scraped_lines(silence.view, silence.expectation);
  const bool is_known = driver.empty() || std::find(readable.begin(), readable.end(), driver) != readable.end();
  if (lines ? lines->refusal.empty() : is_known) return std::nullopt;
  Why why;
  why.cause = "docker-log-driver-unreadable";
  why.stage = Stage::receive;
  why.what =
      fmt::format("the log driver of its container {} is {}, which nobody can tail", silence.container.name, driver);
  why.evidence = fmt::format("HostConfig.LogConfig.Type {}{}{}", driver, lines ? "; its log: " : "",
                             lines ? lines->refusal : std::string());
  why.remedy =
      fmt::format("run the container {} with the log driver json-file, local or journald", silence.container.name);
  return why;
}

std::optional<Why> why_silent(const SilentContainer& silence) {
  if (auto why = is_dead(silence)) return why;
  if (silence.view.is_scraped(silence.expectation)) return cannot_be_tailed(silence);
  if (auto why = is_switched_off(silence)) return why;
  const auto target = export_target(silence.container, silence.expectation.signal);
  if (target)
    if (auto why = sends_to_itself(silence, *target)) return why;
  if (target)
    if (auto why = finds_nothing_at_the_host(silence, *target)) return why;
  if (target && sends_elsewhere(silence, *target)) return std::nullopt;
  if (auto why = has_no_shared_network(silence)) return why;
  if (!target) return std::nullopt;
  if (auto why = mixes_up_ports(silence, *target)) return why;
  if (auto why = has_a_wrong_path(silence, *target)) return why;
  return may_dial_an_old_address(silence, *target);
}

// One that does not run sends nothing, however long it may be silent; where only its name speaks for it, it may be a
// leftover of another.
bool is_silent(const View& view, const Expectation& expectation, const Container& container) {
  if (!is_running(container) && !expectation.container.empty()) return view.source(expectation).state != State::healthy;
  return is_missing(view, expectation);
}

// Stands for a container that the configuration names and the engine does not have.
std::optional<Container> missing_container(const Containers& containers, const Expectation& expectation) {
  if (!containers.is_missing(expectation)) return std::nullopt;
  Container gone;
  gone.id = gone.name = expectation.container;
  gone.status = "not there";
  return gone;
}

Finding silent_finding(const SilentContainer& silence, const Why& why) {
  const auto& expectation = silence.expectation;
  Finding finding;
  finding.cause = why.cause;
  finding.subject = expectation.source;
  finding.stage = why.stage;
  finding.summary = fmt::format("{} is silent: {}", expectation.source, why.what);
  finding.evidence = {fmt::format("{} → {}", silence.containers.where_asked(silence.container), why.evidence)};
  finding.remedy = {why.remedy};
  finding.alternatives = why.alternatives;
  return finding;
}

void add(Finding& finding, const View& view, const Expectation& expectation) {
  if (std::find(finding.signals.begin(), finding.signals.end(), expectation.signal) == finding.signals.end())
    finding.signals.push_back(expectation.signal);
  finding.consequences.push_back(target_of(expectation) + ": " + silence_of(view, expectation));
  finding.path = finding.consequences.size() == 1 ? expectation.path : std::string();
  if (finding.stage != Stage::source) finding.targets.insert(target_of(expectation));
}

bool has_no_container_left(const Containers& containers, const Expectation& expectation) {
  const auto* container = containers.of_source(expectation);
  return container ? !is_running(*container) : containers.is_missing(expectation);
}

// Scrapers that have nothing to tail because none of the containers that they should tail runs.
void explain_scrapers_of_the_dead(const View& view, const Containers& containers, Diagnosis& diagnosis) {
  std::map<std::string, bool> all_dead;  // by receiver
  for (const auto& expectation : view.plan().expectations) {
    if (!view.is_scraped(expectation)) continue;
    const auto entry = all_dead.try_emplace(expectation.receiver, true).first;
    entry->second = entry->second && has_no_container_left(containers, expectation);
  }
  for (const auto& [receiver, dead] : all_dead)
    if (dead) diagnosis.explained_receivers.insert(receiver);
}

}  // namespace

void find_silent_containers(const View& view, Diagnosis& diagnosis) {
  const Containers containers(view);
  std::map<std::pair<std::string, std::string>, Finding> by_cause;  // by source and cause
  std::set<std::string> scraped_by;                                 // receivers of those that are explained
  for (const auto& expectation : view.plan().expectations) {
    const auto gone = missing_container(containers, expectation);
    const auto* container = gone ? &*gone : containers.of_source(expectation);
    if (!container || diagnosis.explained_expectations.contains(target_of(expectation))) continue;
    if (!is_silent(view, expectation, *container)) continue;
    const SilentContainer silence{view, containers, expectation, *container};
    const auto why = why_silent(silence);
    if (!why) continue;
    diagnosis.explained_expectations.insert(target_of(expectation));
    if (view.is_scraped(expectation)) scraped_by.insert(expectation.receiver);
    const auto found = by_cause.try_emplace({expectation.source, why->cause}, silent_finding(silence, *why)).first;
    add(found->second, view, expectation);
  }
  for (auto& [key, finding] : by_cause) diagnosis.findings.push_back(std::move(finding));
  explain_scrapers(view, diagnosis, scraped_by);
  explain_scrapers_of_the_dead(view, containers, diagnosis);
}

}  // namespace lgtmwatch
