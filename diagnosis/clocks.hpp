// What helps a clock that is wrong.
#pragma once

#include <string>

namespace lgtmwatch {

std::string remedy_of_clock(const std::string& whose);  // rules_clock.cpp

}  // namespace lgtmwatch
