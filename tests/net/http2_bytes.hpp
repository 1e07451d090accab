// HTTP/2 by hand, for servers that break its rules.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lgtmwatch::test {

inline std::string big_endian(std::size_t number, int bytes) {
  std::string text;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) text += static_cast<char>(number >> shift & 0xff);
  return text;
}

enum class Frame : char { data = 0, headers = 1, reset = 3, settings = 4, ping = 6, goaway = 7, continuation = 9 };
inline constexpr int end_of_stream = 1;
inline constexpr int end_of_headers = 4;

inline std::string frame(Frame type, int flags, int stream, const std::string& payload) {
  std::string bytes = big_endian(payload.size(), 3);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  return bytes + big_endian(static_cast<std::size_t>(stream), 4) + payload;
}

// Header fields without compression; names and values have less than 127 bytes.
inline std::string fields(const std::vector<std::pair<std::string, std::string>>& all) {
  std::string bytes;
  for (const auto& [name, value] : all)
    bytes += '\0' + big_endian(name.size(), 1) + name + big_endian(value.size(), 1) + value;
  return bytes;
}

inline const std::string settings = frame(Frame::settings, 0, 0, "");

// The head of an answer to the first call of a connection.
inline std::string head(const std::vector<std::pair<std::string, std::string>>& all, int flags = 0) {
  return frame(Frame::headers, end_of_headers | flags, 1, fields(all));
}

inline const std::vector<std::pair<std::string, std::string>> grpc_head{{":status", "200"},
                                                                        {"content-type", "application/grpc"}};

}  // namespace lgtmwatch::test
