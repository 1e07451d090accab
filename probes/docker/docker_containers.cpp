#include "probes/docker/docker_containers.hpp"

#include "probes/answers.hpp"
#include "probes/docker/docker_inspect.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_containers = 64;

class DockerContainersProbe final : public Probe {
 public:
  using Probe::Probe;

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
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
      if (inspected->status != 200) co_return status_error(*inspected, plan().endpoint.url.address());
      auto container = parse_container(inspected->body);
      if (!container) co_return container.error();
      found.containers.push_back(std::move(*container));
    }
    co_return found;
  }
};

}  // namespace

Probes make_docker_containers(const StackPlan& stack) {
  Probes probes;
  if (!stack.docker) return probes;
  auto plan =
      plan_for(stack, "docker_containers", stack.docker->endpoint.url.address(), Component::docker, *stack.docker);
  probes.push_back(std::make_unique<DockerContainersProbe>(std::move(plan)));
  return probes;
}

}  // namespace lgtmwatch
