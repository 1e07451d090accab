// A frame of a log, as the engine multiplexes what a container without a terminal writes.
#pragma once

#include <string>

namespace lgtmwatch {

inline std::string frame(char stream, const std::string& payload) {
  std::string header(8, '\0');
  header[0] = stream;
  for (std::size_t i = 0; i < 4; ++i) header[7 - i] = static_cast<char>(payload.size() >> (8 * i));
  return header + payload;
}

}  // namespace lgtmwatch
