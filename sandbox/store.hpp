// Store: everything that was sent to the sandbox's backends.
#pragma once

#include "sandbox/log_store.hpp"
#include "sandbox/metric_store.hpp"
#include "sandbox/trace_store.hpp"

namespace lgtmwatch::sandbox {

struct Store {
  LogStore logs;
  MetricStore metrics;
  TraceStore traces;
};

}  // namespace lgtmwatch::sandbox
