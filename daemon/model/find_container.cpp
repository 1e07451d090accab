#include "daemon/model/find_container.hpp"

#include <algorithm>

namespace lgtmwatch {
namespace {

using All = std::vector<Container>;

const Container* that_publishes(const All& containers, int port) {
  const auto found = std::find_if(containers.begin(), containers.end(), [&](const Container& container) {
    return std::any_of(container.ports.begin(), container.ports.end(),
                       [&](const PublishedPort& published) { return published.host_port == port; });
  });
  return found == containers.end() ? nullptr : &*found;
}

// On the network of the host, in one namespace with another container (which may be lgtmwatch's own), or behind a port
// that it publishes: something may lead from one port of the loopback to another.
bool may_be_on_loopback(const All& containers, const Container& container) {
  if (container.network_mode == "host" || !container.ports.empty()) return true;
  return std::any_of(containers.begin(), containers.end(),
                     [&](const Container& other) { return uses_network_of(other, container); });
}

const Container* only_one_called(const All& containers, std::string_view word) {
  std::vector<const Container*> running;
  std::vector<const Container*> others;
  for (const auto& container : containers) {
    if (container.name.find(word) == std::string::npos && container.image.find(word) == std::string::npos) continue;
    if (!may_be_on_loopback(containers, container)) continue;
    (is_running(container) ? running : others).push_back(&container);
  }
  const auto& called = running.empty() ? others : running;
  return called.size() == 1 ? called.front() : nullptr;
}

const Container* of_host(const All& containers, const std::string& host) {
  const auto fits = [&](bool running) {
    return std::find_if(containers.begin(), containers.end(), [&](const Container& container) {
      return is_running(container) == running && answers_to(container, host);
    });
  };
  auto found = fits(true);
  if (found == containers.end()) found = fits(false);
  return found == containers.end() ? nullptr : &*found;
}

}  // namespace

const Container* container_of(const All& containers, const Endpoint& endpoint, std::string_view word) {
  if (const auto* container = of_host(containers, endpoint.url.host())) return container;
  if (!is_loopback(endpoint.url.host())) return nullptr;
  const auto* container = that_publishes(containers, endpoint.url.port());
  return container ? container : only_one_called(containers, word);
}

bool uses_network_of(const Container& user, const Container& other) {
  constexpr std::string_view mode = "container:";
  if (!user.network_mode.starts_with(mode)) return false;
  const auto whose = user.network_mode.substr(mode.size());
  return whose == other.name || whose.starts_with(other.id);
}

bool is_running(const Container& container) { return container.status == "running"; }

bool answers_to(const Container& container, const std::string& host) {
  if (container.name == host || container.id == host) return true;
  return std::any_of(container.networks.begin(), container.networks.end(), [&](const ContainerNetwork& network) {
    return network.address == host ||
           std::find(network.aliases.begin(), network.aliases.end(), host) != network.aliases.end();
  });
}

bool is_loopback(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

}  // namespace lgtmwatch
