// Numbers as the components write them into JSON strings.
#pragma once

#include <string_view>

#include "daemon/base/json.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

// "1795352138423354886": Loki's and Tempo's time stamps.
Result<WallTime> unix_nanoseconds(const JsonPath& place);

// 1795352139.907: the first item of a Prometheus sample.
Result<WallTime> sample_time(const JsonPath& place);

// "9142": the second item of a Prometheus sample.
Result<double> sample_value(const JsonPath& place);

}  // namespace lgtmwatch
