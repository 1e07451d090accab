#include "probes/registry.hpp"

#include <array>

#include "probes/alerting/alertmanager.hpp"
#include "probes/alerting/alertmanager_metrics.hpp"
#include "probes/alerting/rule_metrics.hpp"
#include "probes/alerting/ruler_rules.hpp"
#include "probes/alloy/alloy_components.hpp"
#include "probes/alloy/alloy_controller.hpp"
#include "probes/alloy/alloy_files.hpp"
#include "probes/alloy/alloy_ready.hpp"
#include "probes/alloy/alloy_scraper.hpp"
#include "probes/alloy/loki_push_receiver.hpp"
#include "probes/alloy/remote_write_receiver.hpp"
#include "probes/docker/docker_containers.hpp"
#include "probes/docker/docker_errors.hpp"
#include "probes/docker/docker_lines.hpp"
#include "probes/grafana/grafana_dashboard.hpp"
#include "probes/grafana/grafana_datasource.hpp"
#include "probes/grafana/grafana_ready.hpp"
#include "probes/loki/loki_component.hpp"
#include "probes/loki/loki_labels.hpp"
#include "probes/loki/loki_newest.hpp"
#include "probes/loki/loki_older.hpp"
#include "probes/mimir/mimir_component.hpp"
#include "probes/mimir/mimir_newest.hpp"
#include "probes/mimir/mimir_tenant.hpp"
#include "probes/otlp/otlp_grpc_receiver.hpp"
#include "probes/otlp/otlp_http_receiver.hpp"
#include "probes/tempo/tempo_component.hpp"
#include "probes/tempo/tempo_newest.hpp"
#include "probes/tempo/tempo_otlp.hpp"
#include "probes/tempo/tempo_services.hpp"

namespace lgtmwatch {
namespace {

using MakeProbes = Probes (*)(const StackPlan&);

constexpr auto kinds = std::to_array<MakeProbes>({
    make_loki_ready,           make_loki_build_info,     make_loki_labels,         make_loki_newest,
    make_loki_older,                                                                                             //
    make_tempo_ready,          make_tempo_build_info,    make_tempo_services,      make_tempo_newest,            //
    make_mimir_ready,          make_mimir_build_info,    make_mimir_tenant,        make_mimir_newest,            //
    make_alloy_ready,          make_alloy_controller,    make_alloy_components,    make_alloy_scrapers,          //
    make_alloy_files,          make_loki_metrics,        make_tempo_metrics,       make_mimir_metrics,           //
    make_otlp_http_receivers,  make_otlp_grpc_receivers, make_loki_push_receivers, make_remote_write_receivers,  //
    make_tempo_otlp,           make_grafana_ready,       make_grafana_datasources, make_grafana_dashboards,      //
    make_docker_containers,    make_docker_lines,        make_docker_errors,       make_ruler_rules,
    make_rule_metrics,         make_alertmanager,  //
    make_alertmanager_metrics,
});

}  // namespace

Probes make_probes(const StackPlan& stack) {
  Probes probes;
  for (const auto make : kinds)
    for (auto& probe : make(stack)) probes.push_back(std::move(probe));
  return probes;
}

}  // namespace lgtmwatch
