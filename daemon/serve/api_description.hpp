// config/openapi.json: what /api/v1 answers, as OpenAPI describes it. Compiled in, and served as /api/v1/openapi.json.
#pragma once

#include <span>

#include "daemon/base/embedded_file.hpp"

namespace lgtmwatch {

std::span<const EmbeddedFile> api_description();

}  // namespace lgtmwatch
