// The payload of canaries: an identity that can be recomputed, and a checksum over everything that is written, so that
// reading one back proves that it is whole and unaltered.
//
// The writer and the reader need to share only the identity and the time of the write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/base/time.hpp"
#include "wire/loki_push.hpp"
#include "wire/otlp_json.hpp"
#include "wire/remote_write.hpp"

namespace lgtmwatch::wire {

struct CanaryId {
  std::string run;             // of the ledger that wrote it
  std::string route;           // "backend", "direct-push"
  std::uint64_t sequence = 0;  // from 1, below 2^32
};

struct Canary {
  CanaryId id;
  std::string stack;  // that it watches: two stacks may share a backend
  WallTime written{};
  std::size_t padding = 0;  // bytes that are added, for large ones
};

inline constexpr std::string_view canary_metric = "lgtmwatch_canary";
inline constexpr std::string_view canary_route_label = "lgtmwatch_route";
inline constexpr std::string_view canary_stack_label = "lgtmwatch_stack";
inline constexpr std::string_view canary_attribute = "lgtmwatch_canary";  // of a span: the line

// "3f9c01ab-backend-42": short, unique, and found by a line filter.
std::string canary_token(const CanaryId& id);

// logfmt: the token, the time, padding, and last the checksum over all before it.
std::string canary_line(const Canary& canary);
// 32 and 16 hex digits made from the token alone; the first digit is never 0, since Tempo strips leading zeros.
std::string canary_trace_id(const CanaryId& id);
std::string canary_span_id(const CanaryId& id);
// A whole number below 2^53, so that a double holds it exactly: sequence * 2^20 + 20 bits of checksum. It counts up,
// and a reader that knows run, route and time can check it.
double canary_value(const Canary& canary);
std::uint64_t sequence_of_value(double value);

// service: the service.name that all of them carry.
LogRecord canary_log(const Canary& canary, std::string_view service);
LogStream canary_stream(const Canary& canary, std::string_view service);
Span canary_span(const Canary& canary, std::string_view service);
Point canary_point(const Canary& canary, std::string_view service);
TimeSeries canary_series(const Canary& canary, std::string_view service);

}  // namespace lgtmwatch::wire
