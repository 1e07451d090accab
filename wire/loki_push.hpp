// Loki's push API: streams of lines, as JSON or as snappy and protobuf.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.hpp"
#include "wire/labels.hpp"

namespace lgtmwatch::wire {

struct LogEntry {
  std::int64_t ns = 0;  // Unix time
  std::string line;
  Labels metadata;  // structured metadata
};

struct LogStream {
  Labels labels;
  std::vector<LogEntry> entries;
};

std::string write_loki_push(const std::vector<LogStream>& streams);  // JSON
Result<std::vector<LogStream>> read_loki_push_json(std::string_view body);
Result<std::vector<LogStream>> read_loki_push_protobuf(std::string_view body);

}  // namespace lgtmwatch::wire
