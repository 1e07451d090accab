#include "probes/docker/docker_containers.hpp"

#include <fmt/format.h>

#include "probes/answers.hpp"
#include "probes/docker/docker_inspect.hpp"
#include "probes/docker/docker_logs.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_containers = 64;

class DockerContainersProbe final : public Probe {
 public:
  using Probe::Probe;

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    auto found = co_await ask_for_containers(asker, plan().endpoint.url.address());
    if (!found) co_return found.error();
    for (auto& container : found->containers)
      if (has_last_words(container, asker.now())) container.last_words = co_await last_words(asker, container);
    co_return std::move(*found);
  }

 private:
  // None where the log cannot be read: the driver keeps none, or the proxy does not let it through.
  boost::asio::awaitable<std::vector<std::string>> last_words(Asker& asker, const Container& container) const {
    constexpr int last_lines = 30;
    auto logs = co_await asker.ask(
        HttpRequest(fmt::format("/containers/{}/logs?stdout=1&stderr=1&tail={}", container.id, last_lines)));
    std::vector<std::string> none;
    if (!logs || logs->status != 200) co_return none;
    const auto written = parse_docker_logs(logs->body, container.has_terminal);
    if (!written) co_return none;
    auto lines = last_words_in(*written);
    co_return lines;
  }
};

}  // namespace

boost::asio::awaitable<Result<DockerContainers>> ask_for_containers(Asker& asker, std::string address) {
  auto listed = co_await asker.ask_ok(HttpRequest("/containers/json?all=1"));
  if (!listed) co_return listed.error();
  const auto ids = parse_container_ids(listed->body);
  if (!ids) co_return ids.error();
  DockerContainers found;
  for (const auto& id : *ids) {
    if (found.containers.size() >= most_containers) {
      ++found.left_out;
      continue;
    }
    auto inspected = co_await asker.ask(HttpRequest("/containers/" + percent_encode(id) + "/json"));
    if (!inspected) co_return inspected.error();
    if (inspected->status == 404) continue;  // it has gone meanwhile
    if (inspected->status != 200) co_return status_error(*inspected, address);
    auto container = parse_container(inspected->body);
    if (!container) co_return container.error();
    found.containers.push_back(std::move(*container));
  }
  co_return found;
}

Probes make_docker_containers(const StackPlan& stack) {
  Probes probes;
  if (!stack.docker) return probes;
  auto plan =
      plan_for(stack, "docker_containers", stack.docker->endpoint.url.address(), Component::docker, *stack.docker);
  probes.push_back(std::make_unique<DockerContainersProbe>(std::move(plan)));
  return probes;
}

}  // namespace lgtmwatch
