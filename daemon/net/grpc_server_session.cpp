#include "daemon/net/grpc_server_session.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "daemon/net/grpc_frame.hpp"
#include "daemon/net/http2.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t message_limit = 4 << 20;
constexpr std::uint32_t most_calls = 100;  // at once

constexpr int invalid_argument = 3;
constexpr int resource_exhausted = 8;

struct Call {
  std::string method;
  std::string content_type;
  std::string received;
  std::string answer;
  std::size_t sent = 0;
  bool too_long = false;
};

class GrpcConnection final : public GrpcServerSession {
 public:
  explicit GrpcConnection(GrpcHandler handler) : handler_(std::move(handler)) {
    auto callbacks = http2::make_callbacks();
    nghttp2_session_callbacks_set_on_header_callback(callbacks.get(), on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks.get(), on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks.get(), on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks.get(), on_close);
    nghttp2_session* session = nullptr;
    nghttp2_session_server_new(&session, callbacks.get(), this);
    session_.reset(session);
    const std::array settings{nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, most_calls}};
    // The first SETTINGS are those of gRPC in Go, which is what Alloy and Tempo send to whoever calls.
    const std::array as_in_go{nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 16384}};
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, as_in_go.data(), as_in_go.size());
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  }

  std::string output() override {
    auto bytes = http2::take_output(session_.get());
    if (nghttp2_session_want_read(session_.get()) == 0) over_ = true;
    return bytes;
  }

  void feed(std::string_view bytes) override {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (nghttp2_session_mem_recv(session_.get(), data, bytes.size()) < 0) over_ = true;
  }

  bool over() const override { return over_; }

 private:
  static GrpcConnection& self(void* user) { return *static_cast<GrpcConnection*>(user); }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
    auto& call = self(user).calls_[frame->hd.stream_id];
    if (http2::text_of(name, name_size) == ":path") call.method = http2::text_of(value, value_size);
    if (http2::text_of(name, name_size) == "content-type") call.content_type = http2::text_of(value, value_size);
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes, std::size_t size,
                     void* user) {
    auto& call = self(user).calls_[stream];
    call.too_long = call.too_long || call.received.size() + size > message_limit;
    if (!call.too_long) call.received.append(http2::text_of(bytes, size));
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    const bool of_call = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (of_call && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) self(user).answer(frame->hd.stream_id);
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t, void* user) {
    self(user).calls_.erase(stream);
    return 0;
  }

  static ssize_t give_answer(nghttp2_session* session, std::int32_t stream, std::uint8_t* room, std::size_t size,
                             std::uint32_t* flags, nghttp2_data_source*, void* user) {
    auto& call = self(user).calls_[stream];
    const auto given = std::min(size, call.answer.size() - call.sent);
    std::copy_n(call.answer.data() + call.sent, given, room);
    call.sent += given;
    if (call.sent < call.answer.size()) return static_cast<ssize_t>(given);
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const http2::Fields fields{{"grpc-status", "0"}, {"grpc-message", ""}};
    const auto trailers = http2::views_of(fields);
    nghttp2_submit_trailer(session, stream, trailers.data(), trailers.size());
    return static_cast<ssize_t>(given);
  }

  void answer(std::int32_t stream) {
    auto& call = calls_[stream];
    http2::Fields fields{{":status", "200"}, {"content-type", std::string(grpc_content_type)}};
    if (!call.content_type.starts_with(grpc_content_type)) {
      fields.front().second = "415";
      submit(stream, fields, nullptr);
      return;
    }
    const auto response = response_to(call);
    if (response.status != 0) {
      fields.emplace_back("grpc-status", std::to_string(response.status));
      fields.emplace_back("grpc-message", grpc_message_encoded(response.status_message));
      submit(stream, fields, nullptr);
      return;
    }
    call.answer = grpc_framed(response.message);
    nghttp2_data_provider body{};
    body.read_callback = give_answer;
    submit(stream, fields, &body);
  }

  GrpcResponse response_to(const Call& call) const {
    GrpcResponse refusal;
    refusal.status = call.too_long ? resource_exhausted : invalid_argument;
    refusal.status_message = "the message is too long";
    if (call.too_long) return refusal;
    auto message = grpc_unframed(call.received);
    if (message) return handler_(GrpcRequest(call.method, std::move(*message)));
    refusal.status_message = message.error().what;
    return refusal;
  }

  void submit(std::int32_t stream, const http2::Fields& fields, const nghttp2_data_provider* body) {
    const auto views = http2::views_of(fields);
    nghttp2_submit_response(session_.get(), stream, views.data(), views.size(), body);
  }

  GrpcHandler handler_;
  http2::Session session_;
  std::map<std::int32_t, Call> calls_;
  bool over_ = false;
};

}  // namespace

std::unique_ptr<GrpcServerSession> make_grpc_server_session(GrpcHandler handler) {
  return std::make_unique<GrpcConnection>(std::move(handler));
}

}  // namespace lgtmwatch
