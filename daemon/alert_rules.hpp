// The alert rules of config/alerts, compiled in.
#pragma once

#include <span>

#include "daemon/base/embedded_file.hpp"

namespace lgtmwatch {

// Where their links lead to, unless they are led elsewhere.
inline constexpr const char* default_external_url = "http://localhost:9797";

// One file.
std::span<const EmbeddedFile> alert_rules();

}  // namespace lgtmwatch
