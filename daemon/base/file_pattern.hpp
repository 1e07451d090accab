// Patterns of files, as Alloy reads them: * and ? within one folder, ** over many, [a-z], {a,b}, \ before what is meant
// as it stands. The effort is bounded by the lengths, whatever the pattern: it may come from an answer.
#pragma once

#include <string_view>

namespace lgtmwatch {

bool fits_file_pattern(std::string_view pattern, std::string_view path);

// They are the same, or one is a pattern that the other fits.
bool name_same_file(std::string_view one, std::string_view other);

}  // namespace lgtmwatch
