// Figures of Alloy's receivers and processors that tell what never came further: requests refused at the door, items
// that a processor took in and let out, lines and samples that were dropped on purpose.
#pragma once

#include <optional>

#include "daemon/model/counters.hpp"
#include "probes/prometheus_text.hpp"

namespace lgtmwatch {

// Requests that an OTLP receiver refused before it counted what they held. Of HTTP
// http_server_request_duration_seconds_count with 400, 401, 403, 404, 413, 415, in older builds
// http_server_duration_milliseconds_count, of POST alone, since browsers and health checks ask by GET; gRPC on the HTTP
// port has the method _OTHER and protocol 2.0 there. Of gRPC rpc_server_call_duration_seconds_count, in older builds
// rpc_server_duration_milliseconds_count with numbers as codes.
std::optional<CounterReading> rejected_requests(const Sample& sample);

// otelcol_processor_incoming_items_total and …_outgoing_…, alloy_prometheus_relabel_metrics_processed and …_written,
// loki_process_dropped_lines_total.
std::optional<CounterReading> processed_items(const Sample& sample);

}  // namespace lgtmwatch
