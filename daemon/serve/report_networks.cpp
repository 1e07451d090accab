// The networks of a stack's containers, as the Docker engine tells of them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "daemon/model/find_container.hpp"
#include "daemon/serve/report.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_networks = 12;
constexpr std::size_t most_containers = 16;  // of a network

using All = std::vector<Container>;

const All* containers_of(const StackFacts& facts) {
  for (const auto& probe : facts.probes) {
    if (probe.probe != "docker_containers" || !probe.settled || !probe.settled->found) continue;
    if (const auto* found = std::get_if<DockerContainers>(&*probe.settled->found)) return &found->containers;
  }
  return nullptr;
}

const Container* of_source(const All& all, const Expectation& expectation) {
  const auto& name = expectation.container.empty() ? expectation.source : expectation.container;
  const auto found = std::find_if(all.begin(), all.end(), [&](const Container& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

// "backend :4318, mobile-grpc :4317"
std::string receivers_of(const AlloyPlan& alloy) {
  std::vector<std::string> doors;
  for (const auto& receiver : alloy.receivers)
    doors.push_back(receiver.endpoint ? fmt::format("{} :{}", receiver.name, receiver.endpoint->url.port())
                                      : receiver.name);
  return fmt::format("{}", fmt::join(doors, ", "));
}

std::string role_of(const StackPlan& plan, const All& all, const Container& container) {
  for (const auto component : {Component::loki, Component::tempo, Component::mimir, Component::grafana}) {
    const auto* of = component_of(plan, component);
    if (of && container_of(all, of->endpoint, to_string(component)) == &container)
      return std::string(display_name(component));
  }
  for (const auto& alloy : plan.alloys)
    if (container_of(all, alloy.endpoint, "alloy") == &container)
      return fmt::format("Alloy {}: receivers {}", alloy.name, receivers_of(alloy));
  for (const auto& expectation : plan.expectations)
    if (of_source(all, expectation) == &container) return "source " + expectation.source;
  return {};
}

// "127.0.0.1:4318->4318"
std::string published(const Container& container) {
  std::vector<std::string> ports;
  for (const auto& port : container.ports)
    ports.push_back(fmt::format("{}:{}->{}", port.host.empty() ? "0.0.0.0" : port.host, port.host_port, port.port));
  return ports.empty() ? std::string() : fmt::format(", published {}", fmt::join(ports, " "));
}

struct Drawing {
  const StackPlan& plan;
  const All& all;

  std::string line(const Container& container, const std::string& address) const {
    const auto role = role_of(plan, all, container);
    const auto health = container.health.empty() ? std::string() : fmt::format(" ({})", container.health);
    return fmt::format("  |- {}{}{}{}{}\n", container.name,
                       is_running(container) ? health : fmt::format(" [{}]", container.status),
                       address.empty() ? "" : " " + address, role.empty() ? "" : " = " + role, published(container));
  }

  std::string networks() const {
    std::map<std::string, std::vector<std::string>> lines;
    for (const auto& container : all) {
      for (const auto& network : container.networks) lines[network.name].push_back(line(container, network.address));
      if (container.networks.empty()) lines[container.network_mode].push_back(line(container, {}));
    }
    std::string text;
    std::size_t shown = 0;
    for (const auto& [name, members] : lines) {
      if (++shown > most_networks) continue;
      text += fmt::format("network {}\n", name.empty() ? "none" : name);
      for (std::size_t i = 0; i < std::min(members.size(), most_containers); ++i) text += members[i];
      if (members.size() > most_containers) text += fmt::format("  |- and {} more\n", members.size() - most_containers);
    }
    return lines.size() <= most_networks ? text
                                         : text + fmt::format("and {} more networks\n", lines.size() - most_networks);
  }
};

std::string shared_by(const Container& a, const Container& b) {
  std::vector<std::string> names;
  for (const auto& of_a : a.networks)
    for (const auto& of_b : b.networks)
      if (of_a.name == of_b.name) names.push_back(of_a.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

// Which source shares a network with the Alloy that it sends to; of scraped lines it need not.
std::string meetings(const StackPlan& plan, const All& all) {
  std::map<std::string, std::string> lines;  // by source and Alloy
  for (const auto& expectation : plan.expectations) {
    const auto* container = of_source(all, expectation);
    for (const auto& alloy : plan.alloys) {
      const auto has = [&](const ReceiverPlan& each) { return each.name == expectation.receiver && each.endpoint; };
      const auto* alloys = container_of(all, alloy.endpoint, "alloy");
      if (!container || !alloys || std::none_of(alloy.receivers.begin(), alloy.receivers.end(), has)) continue;
      const auto shared = shared_by(*container, *alloys);
      lines[expectation.source + "\n" + alloy.name] =
          shared.empty() ? fmt::format("{} and Alloy {} share no network\n", expectation.source, alloy.name)
                         : fmt::format("{} and Alloy {} share {}\n", expectation.source, alloy.name, shared);
    }
  }
  std::string text;
  for (const auto& [key, line] : lines) text += line;
  return text;
}

}  // namespace

std::string networks_text(const StackFacts& facts) {
  const auto* all = facts.plan ? containers_of(facts) : nullptr;
  if (!all || all->empty()) return {};
  return Drawing{*facts.plan, *all}.networks() + meetings(*facts.plan, *all);
}

}  // namespace lgtmwatch
