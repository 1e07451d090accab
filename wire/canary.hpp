// The payload of canaries: an identity that can be recomputed, and a checksum over everything that is written, so that
// reading one back proves that it is whole and unaltered.
//
// The writer and the reader need to share only the identity and the time of the write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.hpp"
#include "wire/labels.hpp"
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
  Labels labels;             // that are added to its stream, its series or its resource
  bool fresh_label = false;  // in a stream or a series of its own
  std::size_t filler = 0;    // bytes of other records of its service that go in the same message
  bool unordered = false;    // logs: three lines, of which two have one time and the last has an earlier one
};

inline constexpr std::string_view canary_metric = "lgtmwatch_canary";
inline constexpr std::string_view canary_route_label = "lgtmwatch_route";
inline constexpr std::string_view canary_stack_label = "lgtmwatch_stack";
inline constexpr std::string_view canary_attribute = "lgtmwatch_canary";  // of a span: the line

// "3f9c01ab-backend-42": short, unique, and found by a line filter.
std::string canary_token(const CanaryId& id);

// logfmt: the token, the time, and last the checksum over all before it.
std::string canary_line(const Canary& canary);
// All lines that are written of it as logs: that one, or the three of an unordered one.
std::vector<std::string> canary_lines(const Canary& canary);
// What was written as this line, one of canary_lines, without its stack; nothing where the line is not whole.
std::optional<Canary> parse_canary_line(std::string_view line);
// 32 and 16 hex digits made from the token alone; the first digit is never 0, since Tempo strips leading zeros.
std::string canary_trace_id(const CanaryId& id);
std::string canary_span_id(const CanaryId& id);
// A whole number below 2^53, so that a double holds it exactly: sequence * 2^20 + 20 bits of checksum. It counts up,
// and a reader that knows run, route and time can check it.
double canary_value(const Canary& canary);
std::uint64_t sequence_of_value(double value);

// service: the service.name that all of them carry.
std::vector<LogRecord> canary_logs(const Canary& canary, std::string_view service);
LogStream canary_stream(const Canary& canary, std::string_view service);
// The filler is a trace of its own.
std::vector<Span> canary_spans(const Canary& canary, std::string_view service);
Point canary_point(const Canary& canary, std::string_view service);
TimeSeries canary_series(const Canary& canary, std::string_view service);

}  // namespace lgtmwatch::wire
