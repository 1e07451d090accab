// A file of the source tree whose content was compiled into the program (cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace lgtmwatch {

struct EmbeddedFile {
  std::string_view name;  // without its folder
  std::string_view content;
};

}  // namespace lgtmwatch
