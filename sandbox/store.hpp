// Store: everything that was sent to the sandbox's backends, and what its containers wrote.
#pragma once

#include "sandbox/log_store.hpp"
#include "sandbox/metric_store.hpp"
#include "sandbox/trace_store.hpp"

namespace lgtmwatch::sandbox {

struct Store {
  LogStore logs;
  MetricStore metrics;
  TraceStore traces;
  LogStore container_lines;  // that the Docker engine keeps; one stream a container, labelled container
};

}  // namespace lgtmwatch::sandbox
