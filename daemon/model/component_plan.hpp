// A component that is asked: where, how often, and how long it may take to answer.
#pragma once

#include <utility>

#include "daemon/base/endpoint.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct ComponentPlan {
  explicit ComponentPlan(Endpoint endpoint_) : endpoint(std::move(endpoint_)) {}

  Endpoint endpoint;
  Duration interval{};
  Duration timeout{};
};

}  // namespace lgtmwatch
