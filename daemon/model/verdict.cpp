#include "daemon/model/verdict.hpp"

#include <algorithm>

namespace lgtmwatch {

std::string Finding::id() const {
  const auto one = signal();
  return cause + "/" + subject + "/" + (one ? std::string(to_string(*one)) : "") + "/" + path;
}

std::size_t criteria_met(const StackVerdict& verdict) {
  return static_cast<std::size_t>(std::count_if(verdict.criteria.begin(), verdict.criteria.end(),
                                                [](const Criterion& c) { return c.state == State::healthy; }));
}

}  // namespace lgtmwatch
