#include "probes/docker/docker_lines.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "probes/answers.hpp"
#include "probes/docker/docker_logs.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_containers = 32;

bool is_scraper_of_containers(const StackPlan& stack, const std::string& name) {
  for (const auto& alloy : stack.alloys)
    for (const auto& receiver : alloy.receivers)
      if (receiver.name == name)
        return receiver.kind == ReceiverKind::component && receiver.component.starts_with("loki.source.docker.");
  return false;
}

class DockerLinesProbe final : public Probe {
 public:
  DockerLinesProbe(ProbePlan plan, std::vector<std::string> containers)
      : Probe(std::move(plan)), containers_(std::move(containers)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    ContainerLines found;
    for (const auto& container : containers_) {
      const auto path =
          fmt::format("/containers/{}/logs?stdout=1&stderr=1&timestamps=1&tail=1", percent_encode(container));
      const auto evidence = asker.exchanges();
      auto answer = co_await asker.ask(HttpRequest(path));
      if (!answer) co_return answer.error();
      if (answer->status == 404 || answer->status == 409) continue;  // it is not there, or just being removed
      ContainerLine line;
      line.container = container;
      line.refusal = why_unreadable(answer->status, answer->body).value_or("");
      if (line.refusal.empty()) {
        if (answer->status != 200) co_return status_error(*answer, plan().endpoint.url.address());
        const auto newest = parse_newest_line(answer->body);
        if (!newest) co_return newest.error();
        line.newest = *newest;
        asker.forget_exchanges_from(evidence);  // it shows what the line says
      }
      found.lines.push_back(std::move(line));
    }
    co_return found;
  }

 private:
  std::vector<std::string> containers_;
};

}  // namespace

std::vector<std::string> containers_with_lines(const StackPlan& stack) {
  std::vector<std::string> names;
  for (const auto& expectation : stack.expectations) {
    if (expectation.signal != Signal::logs || !is_scraper_of_containers(stack, expectation.receiver)) continue;
    const auto& name = expectation.container.empty() ? expectation.source : expectation.container;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (names.size() > most_containers) names.resize(most_containers);
  return names;
}

Probes make_docker_lines(const StackPlan& stack) {
  Probes probes;
  auto containers = stack.docker ? containers_with_lines(stack) : std::vector<std::string>();
  if (containers.empty()) return probes;
  auto plan = plan_for(stack, "docker_lines", stack.docker->endpoint.url.address(), Component::docker, *stack.docker);
  plan.about = fmt::format("{}", fmt::join(containers, ","));
  probes.push_back(std::make_unique<DockerLinesProbe>(std::move(plan), std::move(containers)));
  return probes;
}

}  // namespace lgtmwatch
