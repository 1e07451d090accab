// otlp_grpc_receiver: does every configured OTLP/gRPC port take an export of each signal?
//
// Calls Export of the three collector services with an empty message, which is an empty export, on a fresh connection.
// A receiver answers OK and counts nothing; nothing is written. A signal that is not wired is UNIMPLEMENTED.
#pragma once

#include "probes/receivers.hpp"

namespace lgtmwatch {

// "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
std::string export_method(Signal signal);

// Nothing where the export was accepted, else why not.
std::optional<Error> judge_otlp_status(const GrpcResponse& response, Signal signal, const std::string& address);

std::unique_ptr<Probe> make_otlp_grpc_probe(ProbePlan plan, std::vector<Signal> signals);
Probes make_otlp_grpc_receivers(const StackPlan& stack);

}  // namespace lgtmwatch
