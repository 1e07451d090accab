// otlp_http_receiver: does every configured OTLP/HTTP port take an export of each signal?
//
// Sends POST /v1/{metrics,logs,traces} with an empty export in OTLP's JSON, on a fresh connection. A receiver
// answers 200 {"partialSuccess":{}} and counts nothing; nothing is written. A signal that is not wired in the
// receiver's output answers 404. Told apart: refused, hung, another protocol, not OTLP, not wired, refusing.
#pragma once

#include "probes/receivers.hpp"

namespace lgtmwatch {

// Nothing where the export was accepted, else why not.
std::optional<Error> judge_otlp_answer(const HttpResponse& response, Signal signal, const std::string& address);

// The body of an empty export: {"resourceLogs":[]}
std::string empty_export(Signal signal);

std::unique_ptr<Probe> make_otlp_http_probe(ProbePlan plan, std::vector<Signal> signals);
Probes make_otlp_http_receivers(const StackPlan& stack);

}  // namespace lgtmwatch
