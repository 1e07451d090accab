// Text as a scalar of YAML, and as a comment; for write_config.
#pragma once

#include <string>
#include <string_view>

namespace lgtmwatch {

// Plain where that is read as the same text, in a flow mapping too; else in double quotes. A dollar is doubled, because
// the configuration would take it for the beginning of a variable. On one line: the configuration takes no other.
std::string yaml_text(std::string_view text);

// On one line, so that nothing of it can be read as YAML.
std::string comment_text(std::string_view text);

}  // namespace lgtmwatch
