// The components and receivers of a stack as they answered, without any judgement of paths.
#pragma once

#include "diagnosis/view.hpp"

namespace lgtmwatch {

std::vector<ComponentStatus> component_statuses(const View& view);
std::vector<ReceiverStatus> receiver_statuses(const View& view);

}  // namespace lgtmwatch
