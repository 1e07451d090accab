#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diagnosis/silent_container.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration around_a_start = std::chrono::seconds(30);

// The host as seen from a container.
bool is_the_host(const std::string& host) {
  constexpr std::array names{"host.docker.internal", "gateway.docker.internal", "host.containers.internal",
                             "172.17.0.1"};
  return std::find(names.begin(), names.end(), host) != names.end();
}

std::vector<const PublishedPort*> published_at(const Container& container, int host_port) {
  std::vector<const PublishedPort*> found;
  for (const auto& port : container.ports)
    if (port.host_port == host_port) found.push_back(&port);
  return found;
}

bool another_publishes(const SilentContainer& silence, const Container& alloys, int host_port) {
  const auto& all = silence.containers.all();
  return std::any_of(all.begin(), all.end(), [&](const Container& container) {
    return &container != &alloys && !published_at(container, host_port).empty();
  });
}

bool only_on_loopback(const std::vector<const PublishedPort*>& ports) {
  return std::all_of(ports.begin(), ports.end(), [](const PublishedPort* port) { return is_loopback(port->host); });
}

std::string published(const Container& alloys, const std::vector<const PublishedPort*>& ports, int host_port) {
  if (ports.empty())
    return fmt::format("NetworkSettings.Ports of {} has no port {} of the host", alloys.name, host_port);
  return fmt::format("NetworkSettings.Ports of {}: {} is published at {}:{}", alloys.name, ports.front()->port,
                     ports.front()->host, ports.front()->host_port);
}

Why not_published(const SilentContainer& silence, const ExportTarget& target, const Container& alloys,
                  const std::vector<const PublishedPort*>& ports) {
  Why why;
  why.cause = "port-published-loopback-only";
  why.stage = Stage::network;
  why.what = ports.empty()
                 ? fmt::format("its container {} sends to {}:{}, where no container publishes a port",
                               silence.container.name, target.host, target.port)
                 : fmt::format(
                       "its container {} sends to {}:{}, and Alloy's container {} publishes that port for the "
                       "host itself only",
                       silence.container.name, target.host, target.port, alloys.name);
  why.evidence = fmt::format("Config.Env has {}; {}", described(target), published(alloys, ports, target.port));
  why.remedy = fmt::format(
      "put {} on a network of {} and set OTEL_EXPORTER_OTLP_ENDPOINT={}; or publish the port on all addresses of the "
      "host: ports: [\"{}:{}\"]",
      silence.container.name, alloys.name, right_endpoint(silence), target.port,
      ports.empty() ? target.port : ports.front()->port);
  why.alternatives = {"source-silent"};
  return why;
}

// From the host's network: 127.0.0.1 would answer, and `localhost` may mean ::1.
std::optional<Why> dials_the_other_loopback(const SilentContainer& silence, const ExportTarget& target,
                                            const Container& alloys) {
  const auto ports = published_at(alloys, target.port);
  const bool on_v4_only = !ports.empty() && std::all_of(ports.begin(), ports.end(), [](const PublishedPort* port) {
    return port->host.starts_with("127.");
  });
  if (target.host != "localhost" || silence.container.network_mode != "host" || !on_v4_only) return std::nullopt;
  Why why;
  why.cause = "ipv6-localhost";
  why.stage = Stage::network;
  why.what = fmt::format(
      "its container {} sends to localhost on the host's network, which may mean ::1, and Alloy's container {} "
      "publishes port {} on 127.0.0.1 only",
      silence.container.name, alloys.name, target.port);
  why.evidence = fmt::format("Config.Env has {}; {}", described(target), published(alloys, ports, target.port));
  why.remedy = fmt::format(
      "set OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{} for {}, or publish the port for both: "
      "ports: [\"127.0.0.1:{}:{}\", \"[::1]:{}:{}\"]",
      target.port, silence.container.name, target.port, ports.front()->port, target.port, ports.front()->port);
  why.alternatives = {"source-silent"};
  return why;
}

bool is_address(const std::string& host) {
  return host.find(':') != std::string::npos ||
         std::all_of(host.begin(), host.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

// Nothing that the source exports through this Alloy has arrived since.
bool is_silent_since(const SilentContainer& silence, const Container& alloys) {
  const auto& view = silence.view;
  const auto* alloy = view.alloy_of(silence.expectation.receiver);
  std::optional<WallTime> newest;
  for (const auto& expectation : view.plan().expectations) {
    if (expectation.source != silence.expectation.source || view.is_scraped(expectation)) continue;
    if (view.alloy_of(expectation.receiver) != alloy) continue;
    const auto last_seen = view.source(expectation).last_seen;
    if (last_seen) newest = newest ? std::max(*newest, *last_seen) : *last_seen;
  }
  return newest && *newest <= *alloys.started + around_a_start &&
         *newest >= *alloys.started - silence.expectation.max_age;
}

}  // namespace

std::optional<Why> finds_nothing_at_the_host(const SilentContainer& silence, const ExportTarget& target) {
  const auto* alloys = container_of_alloy(silence);
  if (!alloys || target.port == 0 || alloys->network_mode == "host") return std::nullopt;
  if (auto why = dials_the_other_loopback(silence, target, *alloys)) return why;
  if (!is_the_host(target.host) || another_publishes(silence, *alloys, target.port)) return std::nullopt;
  const auto ports = published_at(*alloys, target.port);
  return only_on_loopback(ports) ? std::optional(not_published(silence, target, *alloys, ports)) : std::nullopt;
}

std::optional<Why> may_dial_an_old_address(const SilentContainer& silence, const ExportTarget& target) {
  const auto* alloys = container_of_alloy(silence);
  const auto& container = silence.container;
  if (!alloys || !alloys->started || !container.started || *container.started >= *alloys->started) return std::nullopt;
  if (target.variable.empty() || is_address(target.host) || !is_silent_since(silence, *alloys)) return std::nullopt;
  const auto answers = silence.view.receiver_answers(silence.expectation.receiver);
  if (!answers.value() || !accepts(*answers.value(), silence.expectation.signal)) return std::nullopt;
  Why why;
  why.cause = "docker-stale-ip-after-recreate";
  why.stage = Stage::network;
  const auto ago = format_age(silence.view.now() - *alloys->started);
  why.what = fmt::format(
      "nothing comes from its container {} since Alloy's container {} was started {} ago, which it is older than; it "
      "may "
      "still dial an address that {} no longer has",
      container.name, alloys->name, ago, target.host);
  why.evidence = fmt::format("State.StartedAt {}; of {} {}; Config.Env has {}", format_rfc3339(*container.started),
                             alloys->name, format_rfc3339(*alloys->started), described(target));
  why.remedy = fmt::format(
      "restart {}; to keep it from coming back, let Alloy's receiver end old connections: grpc {{ keepalive {{ "
      "server_parameters {{ max_connection_age = \"10m\" }} }} }}",
      container.name);
  why.alternatives = {"source-silent"};
  return why;
}

}  // namespace lgtmwatch
