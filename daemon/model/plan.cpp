#include "daemon/model/plan.hpp"

namespace lgtmwatch {

std::string target_of(const Expectation& expectation) {
  auto target = expectation.source + "/" + std::string(to_string(expectation.signal));
  if (!expectation.receiver.empty()) target += "@" + expectation.receiver;
  return target;
}

}  // namespace lgtmwatch
