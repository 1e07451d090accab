// What stands at the address that `lgtmwatch canary --receiver=URL` names, as far as the address tells. Pure.
//
//   http://alloy:4318                      OTLP/HTTP, all three signals (https:// with TLS)
//   http://alloy:4318/v1/logs              the same, logs only; a prefix before /v1/ is kept
//   grpc://alloy:4317                      OTLP/gRPC, all three signals (grpcs:// with TLS)
//   http://alloy:3500/loki/api/v1/push     Loki's push API, logs
//   http://mimir:9009/api/v1/push          remote write, metrics; also …/api/v1/write, …/api/v1/metrics/write
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/model/canary_plan.hpp"

namespace lgtmwatch {

struct ReceiverDoor {
  explicit ReceiverDoor(Endpoint endpoint_) : endpoint(std::move(endpoint_)) {}

  CanaryEntrance entrance = CanaryEntrance::otlp_http;
  Endpoint endpoint;
  std::vector<Signal> signals;  // that go in there
};

// The error names what is wrong with the address, and the forms above as its hint.
Result<ReceiverDoor> parse_receiver(std::string_view text);

// "OTLP/HTTP", "OTLP/gRPC", "Loki push", "remote write"
std::string_view protocol_of(CanaryEntrance entrance);

// "localhost", "127.0.0.1", "[::1]": inside a container these are the container itself.
bool is_own_host(const Url& url);

}  // namespace lgtmwatch
