#include "diagnosis/backend_writes.hpp"

#include <fmt/format.h>

namespace lgtmwatch {

BackendWrites backend_writes(const View& view, Component backend) {
  BackendWrites writes;
  for (const auto& alloy : view.plan().alloys) {
    const Pipeline pipeline(view, alloy);
    if (!pipeline.counters()) continue;
    for (const auto& trouble : exporter_troubles(pipeline)) {
      if (backend_of(trouble.signal) != backend || trouble.trouble != Trouble::unreachable) continue;
      writes.fail = writes.fail || !trouble.sends_some;
      writes.sentences.push_back(trouble.sentence);
    }
  }
  return writes;
}

const Container* container_of(const View& view, const Containers& containers, Component backend) {
  const auto* plan = view.backend(backend);
  return plan ? containers.of_endpoint(plan->endpoint, to_string(backend)) : nullptr;
}

std::string last_words_of(const View& view, Component backend, std::string_view words) {
  const Containers containers(view);
  const auto* container = container_of(view, containers, backend);
  if (!container) return {};
  for (auto line = container->last_words.rbegin(); line != container->last_words.rend(); ++line)
    if (line->find(words) != std::string::npos) return fmt::format("docker logs {}: {}", container->name, *line);
  return {};
}

std::vector<std::string> remedy_of_full_disk(Component backend) {
  const auto* retention = backend == Component::loki
                              ? "compactor.retention_enabled: true and limits_config.retention_period"
                          : backend == Component::tempo ? "compactor.compaction.block_retention (Tempo 2)"
                                                        : "limits.compactor_blocks_retention_period";
  return {
      fmt::format("free the disk of {}'s volume (df -h; old images and logs of containers: docker system df), and do "
                  "not delete files of a backend that runs",
                  display_name(backend)),
      fmt::format("let old data go in its configuration: {}", retention)};
}

}  // namespace lgtmwatch
