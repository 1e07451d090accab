// tempo_otlp_grpc, tempo_otlp_http: do Tempo's own OTLP receivers take traces, past Alloy?
//
// Asked only where tempo.otlp is configured, in the way of otlp_grpc_receiver and otlp_http_receiver. Since Tempo 2.7
// they listen on 127.0.0.1 unless an endpoint is given, while Tempo is ready.
#pragma once

#include "probes/probe.hpp"

namespace lgtmwatch {

Probes make_tempo_otlp(const StackPlan& stack);

}  // namespace lgtmwatch
