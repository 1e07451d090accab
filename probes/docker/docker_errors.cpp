#include "probes/docker/docker_errors.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/model/find_container.hpp"
#include "probes/answers.hpp"
#include "probes/docker/docker_containers.hpp"
#include "probes/docker/docker_logs.hpp"
#include "probes/docker/error_lines.hpp"

namespace lgtmwatch {
namespace {

constexpr int slower = 4;
constexpr int last_lines = 400;

struct OwnEndpoint {
  Endpoint endpoint;
  std::string word;  // "loki"
};

std::vector<OwnEndpoint> own_endpoints(const StackPlan& stack) {
  std::vector<OwnEndpoint> endpoints;
  for (const auto component : {Component::loki, Component::tempo, Component::mimir, Component::grafana})
    if (const auto* plan = component_of(stack, component))
      endpoints.push_back({plan->endpoint, std::string(to_string(component))});
  for (const auto& alloy : stack.alloys) endpoints.push_back({alloy.endpoint, "alloy"});
  return endpoints;
}

class DockerErrorsProbe final : public Probe {
 public:
  DockerErrorsProbe(ProbePlan plan, std::vector<OwnEndpoint> own) : Probe(std::move(plan)), own_(std::move(own)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    auto all = co_await ask_for_containers(asker, plan().endpoint.url.address());
    if (!all) co_return all.error();
    const auto ours = own_among(all->containers);
    ContainerLogs found;
    for (const auto* container : ours) {
      const auto path =
          fmt::format("/containers/{}/logs?stdout=1&stderr=1&timestamps=1&tail={}", container->id, last_lines);
      const auto evidence = asker.exchanges();
      auto answer = co_await asker.ask(HttpRequest(path));
      if (!answer && answer.error().reason == Reason::too_large) continue;
      if (!answer) co_return answer.error();
      if (answer->status != 200) continue;    // gone meanwhile, or nothing that can be read
      asker.forget_exchanges_from(evidence);  // it shows lines as they are
      const auto log = parse_dated_logs(answer->body);
      if (!log) co_return log.error();
      ContainerLog errors;
      errors.container = container->name;
      errors.lines = error_lines(*log);
      found.logs.push_back(std::move(errors));
    }
    co_return found;
  }

 private:
  std::vector<const Container*> own_among(const std::vector<Container>& containers) const {
    std::vector<const Container*> ours;
    for (const auto& own : own_) {
      const auto* container = container_of(containers, own.endpoint, own.word);
      if (container && std::find(ours.begin(), ours.end(), container) == ours.end()) ours.push_back(container);
    }
    return ours;
  }

  std::vector<OwnEndpoint> own_;
};

}  // namespace

Probes make_docker_errors(const StackPlan& stack) {
  Probes probes;
  if (!stack.docker) return probes;
  auto plan = plan_for(stack, "docker_errors", stack.docker->endpoint.url.address(), Component::docker, *stack.docker);
  plan.interval *= slower;
  probes.push_back(std::make_unique<DockerErrorsProbe>(std::move(plan), own_endpoints(stack)));
  return probes;
}

}  // namespace lgtmwatch
