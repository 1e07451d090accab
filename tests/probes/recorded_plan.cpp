#include <stdexcept>

#include "daemon/config/load.hpp"
#include "tests/probes/recorded.hpp"

namespace lgtmwatch {

Plan recorded_plan(const Recording& recording, bool expect_otlp_logs) {
  const auto tenant = recording.tenant_of_tempo();
  std::string text = R"(
stacks:
  - name: recorded
    loki: { url: "http://loki:3100" }
    tempo: { url: "http://tempo:3200", tenant: ")" +
                     tenant + R"(" }
    mimir: { url: "http://mimir:9009" }
    alloy:
      - name: gateway
        url: http://alloy:12345
        receivers:
          - { name: mobile, otlp: http, url: "http://alloy:4318" }
          - { name: backend, otlp: http, url: "http://alloy:4319" }
          - { name: docker, component: loki.source.docker.containers }
          - { name: files, file: /var/log/app/a.log }
    sources:
      - name: scanium-backend
)";
  if (recording.was_asked("target_info")) text += "        metrics: { receiver: backend, max_age: 45s }\n";
  if (recording.was_asked("most_recent")) text += "        traces: { receiver: backend, max_age: 75s }\n";
  text += "        logs:\n          - { receiver: docker, max_age: 45s, expect: always }\n";
  if (expect_otlp_logs) text += "          - { receiver: backend, max_age: 45s }\n";
  const Environment environment{[](const std::string&) { return std::nullopt; },
                                [](const std::string& path) { return Error(Phase::content, Reason::internal, path); }};
  auto loaded = load_config(text, "recorded.yaml", environment);
  if (!loaded.plan) throw std::runtime_error(loaded.diagnostics.front().message);
  return std::move(*loaded.plan);
}

}  // namespace lgtmwatch
