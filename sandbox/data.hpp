// The recorded bodies of sandbox/data, embedded at build time.
#pragma once

#include "daemon/base/embedded_file.hpp"

namespace lgtmwatch::sandbox {

std::span<const EmbeddedFile> data_files();

std::string_view data(std::string_view name);  // "" where there is no such file

}  // namespace lgtmwatch::sandbox
