#include "sandbox/data.hpp"

namespace lgtmwatch::sandbox {

std::string_view data(std::string_view name) {
  for (const auto& file : data_files())
    if (file.name == name) return file.content;
  return {};
}

}  // namespace lgtmwatch::sandbox
