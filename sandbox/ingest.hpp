// How the backends turn what was exported into what they keep: Loki's labels of OTLP logs, Mimir's names of metrics.
#pragma once

#include <vector>

#include "wire/loki_push.hpp"
#include "wire/otlp_json.hpp"
#include "wire/remote_write.hpp"

namespace lgtmwatch::sandbox {

// Loki's discover_service_name: adds service_name where the labels do not have it.
void discover_service_name(wire::Labels& labels);

// One stream with one entry: the known resource attributes are labels, everything else is structured metadata.
wire::LogStream to_log_stream(const wire::LogRecord& record);

// The sample of the point and target_info of its resource; of a delta only target_info, as Alloy drops deltas.
std::vector<wire::TimeSeries> to_series(const wire::Point& point);

}  // namespace lgtmwatch::sandbox
