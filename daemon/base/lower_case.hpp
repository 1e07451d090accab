// Letters of ASCII in small; all other bytes stay, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace lgtmwatch {

inline std::string lower_case(std::string_view text) {
  std::string small(text);
  for (auto& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small;
}

}  // namespace lgtmwatch
