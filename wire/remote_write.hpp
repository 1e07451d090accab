// Prometheus remote write, version 1: a snappy block that holds a WriteRequest in protobuf.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.hpp"
#include "wire/labels.hpp"

namespace lgtmwatch::wire {

struct Sample {
  std::int64_t ms = 0;  // Unix time
  double value = 0;
};

struct TimeSeries {
  Labels labels;  // with __name__
  std::vector<Sample> samples;
};

std::string encode_remote_write(const std::vector<TimeSeries>& series);
Result<std::vector<TimeSeries>> decode_remote_write(std::string_view body);

}  // namespace lgtmwatch::wire
