// The little of nghttp2 that the gRPC client and server share: an owned session, its callbacks, header fields.
#pragma once

#include <nghttp2/nghttp2.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lgtmwatch::http2 {

inline constexpr std::size_t header_limit = 64 * 1024;  // bytes of all header fields of a connection

struct Deleter {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  void operator()(nghttp2_session_callbacks* callbacks) const { nghttp2_session_callbacks_del(callbacks); }
};

using Session = std::unique_ptr<nghttp2_session, Deleter>;
using Callbacks = std::unique_ptr<nghttp2_session_callbacks, Deleter>;
using Fields = std::vector<std::pair<std::string, std::string>>;

inline Callbacks make_callbacks() {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  return Callbacks(callbacks);
}

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// They refer to the fields.
inline std::vector<nghttp2_nv> views_of(const Fields& fields) {
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  std::vector<nghttp2_nv> views;
  for (const auto& [name, value] : fields)
    views.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  return views;
}

// Everything that the session wants to send now.
inline std::string take_output(nghttp2_session* session) {
  std::string output;
  const std::uint8_t* bytes = nullptr;
  for (auto size = nghttp2_session_mem_send(session, &bytes); size > 0;
       size = nghttp2_session_mem_send(session, &bytes))
    output.append(text_of(bytes, static_cast<std::size_t>(size)));
  return output;
}

}  // namespace lgtmwatch::http2
