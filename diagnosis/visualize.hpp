// What people can see of each backend in Grafana: the stage visualize.
#pragma once

#include "diagnosis/view.hpp"

namespace lgtmwatch {

// The datasources that were asked, each with its state. A configured one is always there.
std::vector<DatasourceStatus> datasource_statuses(const View& view);

// Broken where no datasource of the backend lets people see it, degraded where only some do. What fails because the
// backend itself fails is unknown: that is told at the stage ingest.
State visualize_state(const View& view, Component backend);

// The state of one datasource, by what came of its query.
State datasource_state(const View& view, Component backend, const DatasourceAnswer& answer);

// How sentences call the datasource of a backend: the configured uid, or "of type loki".
std::string datasource_name(const View& view, Component backend);

// Grafana answers and is ready, and nothing speaks against it that is not confirmed yet.
bool is_grafana_well(const View& view);

// The backend answers and has done so for some time: what fails through Grafana is not its fault.
bool is_well(const View& view, Component backend);

}  // namespace lgtmwatch
