// The recorded bodies of sandbox/data, embedded at build time (embed.cmake).
#pragma once

#include <string_view>

namespace lgtmwatch::sandbox {

std::string_view data(std::string_view name);  // "" where there is no such file

}  // namespace lgtmwatch::sandbox
