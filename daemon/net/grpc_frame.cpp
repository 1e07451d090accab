#include "daemon/net/grpc_frame.hpp"

#include <fmt/format.h>

#include <charconv>

namespace lgtmwatch {
namespace {

constexpr std::size_t prefix_size = 5;  // a flag for compression and four bytes of length

Error broken_frame(const std::string& what) { return {Phase::content, Reason::protocol, what}; }

std::size_t length_of(std::string_view body) {
  std::size_t length = 0;
  for (std::size_t i = 1; i < prefix_size; ++i) length = length << 8 | static_cast<unsigned char>(body[i]);
  return length;
}

}  // namespace

std::string grpc_framed(std::string_view message) {
  std::string framed(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) framed += static_cast<char>(message.size() >> shift & 0xff);
  return framed.append(message);
}

Result<std::string> grpc_unframed(std::string_view body) {
  if (body.size() < prefix_size) return broken_frame("there is no message in it");
  if (body.front() != 0) return broken_frame("its message is compressed, which was not asked for");
  if (length_of(body) != body.size() - prefix_size)
    return broken_frame(
        fmt::format("its message is said to have {} bytes and has {}", length_of(body), body.size() - prefix_size));
  return std::string(body.substr(prefix_size));
}

std::string grpc_message_encoded(std::string_view text) {
  std::string encoded;
  for (const unsigned char c : text) {
    if (c >= ' ' && c <= '~' && c != '%') {
      encoded += static_cast<char>(c);
    } else {
      encoded += fmt::format("%{:02X}", c);
    }
  }
  return encoded;
}

std::string grpc_message_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const auto digits = text.substr(i + 1, 2);
    const bool encoded = text[i] == '%' && digits.size() == 2 &&
                         std::from_chars(digits.data(), digits.data() + 2, byte, 16).ptr == digits.data() + 2;
    decoded += encoded ? static_cast<char>(byte) : text[i];
    if (encoded) i += 2;
  }
  return decoded;
}

}  // namespace lgtmwatch
