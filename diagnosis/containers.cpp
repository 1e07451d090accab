#include "diagnosis/containers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lgtmwatch {
namespace {

const std::vector<Container> none;

const std::string* value_of(const Container& container, const std::string& name) {
  const auto found = container.environment.find(name);
  return found == container.environment.end() ? nullptr : &found->second;
}

std::string word_of(Signal signal) {
  constexpr std::array words{"METRICS", "LOGS", "TRACES"};
  return words[static_cast<std::size_t>(signal)];
}

// "sh: 1: wget: not found", "/bin/sh: line 1: wget: command not found": what is left of it where a check goes on with
// "|| exit 1", which hides the exit code of the shell.
bool a_shell_misses_its_tool(std::string_view output) {
  for (std::size_t begin = 0; begin < output.size();) {
    const auto end = std::min(output.find('\n', begin), output.size());
    const auto line = output.substr(begin, end - begin);
    const auto speaker = line.substr(0, line.find(": "));
    if (speaker.ends_with("sh") && (line.ends_with(": not found") || line.ends_with(": command not found")))
      return true;
    begin = end + 1;
  }
  return false;
}

// "http://alloy:4318", "alloy:4317"
void read_address(ExportTarget& target) {
  auto url = Url::parse(target.endpoint);
  if (!url) url = Url::parse_endpoint(target.endpoint);
  if (!url) return;
  target.host = url->host();
  target.port = url->port();
}

}  // namespace

Containers::Containers(const View& view) : view_(view), containers_(&none) {
  if (!view.plan().docker) return;
  seen_ = view.settled<DockerContainers>("docker_containers", view.plan().docker->endpoint.url.address());
  if (seen_.value()) containers_ = &seen_.value()->containers;
}

const Container* Containers::named(const std::string& name) const {
  const auto found = std::find_if(containers_->begin(), containers_->end(),
                                  [&](const Container& container) { return container.name == name; });
  return found == containers_->end() ? nullptr : &*found;
}

const Container* Containers::of_source(const Expectation& expectation) const {
  return named(expectation.container.empty() ? expectation.source : expectation.container);
}

bool Containers::is_missing(const Expectation& expectation) const {
  return are_known() && seen_.value()->left_out == 0 && !expectation.container.empty() && !of_source(expectation);
}

const Container* Containers::of_endpoint(const Endpoint& endpoint, std::string_view word) const {
  return container_of(*containers_, endpoint, word);
}

const Container* Containers::of_component(Component component) const {
  const auto* plan = view_.backend(component);
  return plan ? of_endpoint(plan->endpoint, to_string(component)) : nullptr;
}

std::string Containers::where_asked(const Container& container) const {
  return engine_question(view_, fmt::format("/containers/{}/json", container.id));
}

std::string engine_question(const View& view, const std::string& path) {
  const auto& url = view.plan().docker->endpoint.url;
  if (url.scheme() == Url::Scheme::unix_socket)
    return fmt::format("curl --unix-socket '{}' 'http://docker{}'", url.host(), path);
  return fmt::format("curl '{}{}'", url.text(), path);
}

bool share_a_network(const Container& a, const Container& b) {
  if (uses_network_of(a, b) || uses_network_of(b, a)) return true;
  return std::any_of(a.networks.begin(), a.networks.end(), [&](const ContainerNetwork& of_a) {
    return std::any_of(b.networks.begin(), b.networks.end(),
                       [&](const ContainerNetwork& of_b) { return of_a.name == of_b.name; });
  });
}

std::optional<ExportTarget> export_target(const Container& container, Signal signal) {
  ExportTarget target;
  const auto of_signal = fmt::format("OTEL_EXPORTER_OTLP_{}_", word_of(signal));
  bool says_something = false;
  for (const auto& [name, value] : container.environment) says_something |= name.starts_with("OTEL_EXPORTER_OTLP_");
  if (!says_something) return std::nullopt;
  for (const auto& prefix : {of_signal, std::string("OTEL_EXPORTER_OTLP_")}) {
    const auto* protocol = value_of(container, prefix + "PROTOCOL");
    if (protocol && target.protocol.empty()) target.protocol = *protocol;
    const auto* endpoint = value_of(container, prefix + "ENDPOINT");
    if (!endpoint || endpoint->empty() || !target.variable.empty()) continue;
    target.variable = prefix + "ENDPOINT";
    target.endpoint = *endpoint;
  }
  if (target.variable.empty()) {
    target.host = "localhost";
  } else {
    read_address(target);
  }
  return target;
}

std::optional<std::string> what_switches_off(const Container& container, Signal signal) {
  const auto setting = [&](const std::string& name, std::string_view off) -> std::optional<std::string> {
    const auto* value = value_of(container, name);
    if (!value || *value != off) return std::nullopt;
    return name + "=" + *value;
  };
  if (auto found = setting("OTEL_SDK_DISABLED", "true")) return found;
  if (auto found = setting(fmt::format("OTEL_{}_EXPORTER", word_of(signal)), "none")) return found;
  if (signal != Signal::traces) return std::nullopt;
  for (const auto* sampler : {"always_off", "parentbased_always_off"})
    if (auto found = setting("OTEL_TRACES_SAMPLER", sampler)) return found;
  const auto* sampler = value_of(container, "OTEL_TRACES_SAMPLER");
  if (!sampler || sampler->find("traceidratio") == std::string::npos) return std::nullopt;
  for (const auto* ratio : {"0", "0.0"})
    if (auto found = setting("OTEL_TRACES_SAMPLER_ARG", ratio)) return found;
  return std::nullopt;
}

bool lacks_its_check(const Container& container) {
  if (container.health != "unhealthy" || container.health_runs.empty()) return false;
  const auto& run = container.health_runs.back();
  if (run.exit_code != 0 && a_shell_misses_its_tool(run.output)) return true;
  constexpr std::array words{"executable file not found", "command not found", ": not found",
                             "no such file or directory", "unable to start container process"};
  const bool could_not_start = run.exit_code == -1 || run.exit_code == 126 || run.exit_code == 127;
  return could_not_start && std::any_of(words.begin(), words.end(),
                                        [&](const char* each) { return run.output.find(each) != std::string::npos; });
}

}  // namespace lgtmwatch
