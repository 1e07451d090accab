// gunzip with a bound: a small answer must not become a large one.
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/result.hpp"

namespace lgtmwatch {

// Errors: Reason::too_large beyond limit bytes, Reason::parse where it is not gzip or is cut off.
Result<std::string> gunzip(std::string_view compressed, std::size_t limit);

}  // namespace lgtmwatch
