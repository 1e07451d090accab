#include "sandbox/config_file.hpp"

#include <fmt/format.h>

#include <fstream>

namespace lgtmwatch::sandbox {
namespace {

constexpr const char* form = R"(# Watches the sandbox that wrote this file.
defaults: {{ interval: 5s, timeout: 2s }}
stacks:
  - name: sandbox
    loki: {{ url: "http://{loki}" }}
    tempo: {{ url: "http://{tempo}", otlp: {{ grpc: "{tempo_otlp}" }} }}
    mimir: {{ url: "http://{mimir}", kind: mimir }}
    grafana:
      url: "http://{grafana}"
      datasources: {{ loki: loki, tempo: tempo, mimir: mimir }}
      dashboards: [backend-overview]
      dashboard_interval: 5s
    alloy:
      - name: gateway
        url: "http://{alloy}"
        receivers:
          - {{ name: mobile-http, otlp: http, url: "http://{mobile}" }}
          - {{ name: mobile-grpc, otlp: grpc, endpoint: "{grpc}" }}
          - {{ name: logs-push, loki_push: "http://{push}/loki/api/v1/push" }}
          - {{ name: metrics-write, remote_write: "http://{write}/api/v1/metrics/write" }}
          - {{ name: backend, otlp: http, url: "http://{backend}" }}
          - {{ name: docker, component: loki.source.docker.containers }}
          - {{ name: app-files, file: /var/log/app/a.log }}
    sources:
      - name: scanium-backend
        metrics: {{ receiver: backend, max_age: 1m }}
        logs:
          - {{ receiver: backend, max_age: 1m, expect: always }}
          - {{ receiver: docker, max_age: 1m }}
        traces: {{ receiver: backend, max_age: 75s, expect: always }}
    docker: {{ socket: "http://{docker}" }}
    alerting:
      ruler: mimir
      rule_groups: [lgtmwatch]
      alertmanager: {{ url: "http://{mimir}/alertmanager" }}
      watchdog: Watchdog
)";

}  // namespace

std::string config_for(const Addresses& addresses) {
  return fmt::format(form, fmt::arg("loki", addresses.at("loki")), fmt::arg("tempo", addresses.at("tempo")),
                     fmt::arg("mimir", addresses.at("mimir")), fmt::arg("alloy", addresses.at("alloy")),
                     fmt::arg("grafana", addresses.at("grafana")), fmt::arg("mobile", addresses.at("mobile-http")),
                     fmt::arg("backend", addresses.at("backend")), fmt::arg("grpc", addresses.at("mobile-grpc")),
                     fmt::arg("push", addresses.at("logs-push")), fmt::arg("docker", addresses.at("docker")),
                     fmt::arg("tempo_otlp", addresses.at("tempo-otlp")),
                     fmt::arg("write", addresses.at("metrics-write")));
}

Result<void> write_config(const Addresses& addresses, const std::string& path) {
  std::ofstream file(path, std::ios::trunc);
  file << config_for(addresses);
  file.close();
  if (file) return {};
  return Error(Phase::write, Reason::internal, fmt::format("cannot write {}", path),
               "choose a place where a file may be written");
}

}  // namespace lgtmwatch::sandbox
