// A tally as text, for keeping: JSON with the words of the metrics.
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/result.hpp"
#include "daemon/model/canary.hpp"

namespace lgtmwatch {

std::string tally_text(const CanaryTally& tally);
Result<CanaryTally> parse_tally(std::string_view text);

}  // namespace lgtmwatch
