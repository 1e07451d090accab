#include "daemon/net/grpc_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "daemon/base/text.hpp"
#include "daemon/net/grpc_frame.hpp"
#include "daemon/net/http2.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t framing = 1 << 20;  // what may come besides header and message: settings, pings, padding
constexpr std::size_t shown_limit = 200;

// Of the connection or of gRPC itself: not what a user may set.
constexpr std::array reserved{"connection", "content-length",   "content-type", "host",
                              "keep-alive", "proxy-connection", "te",           "upgrade",
                              "user-agent", "transfer-encoding"};

std::string lower(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

http2::Fields fields_of(const Endpoint& endpoint, const GrpcRequest& request) {
  const bool secured = endpoint.url.scheme() == Url::Scheme::https;
  http2::Fields fields{{":method", "POST"},
                       {":scheme", secured ? "https" : "http"},
                       {":path", endpoint.url.path() + request.method},
                       {":authority", endpoint.url.authority()},
                       {"te", "trailers"},
                       {"content-type", std::string(grpc_content_type)},
                       {"user-agent", "lgtmwatch/" LGTMWATCH_VERSION}};
  for (const auto& header : endpoint.headers) {
    auto name = lower(header.name);
    if (std::find(reserved.begin(), reserved.end(), name) == reserved.end())
      fields.emplace_back(std::move(name), header.value.reveal());
  }
  return fields;
}

Reason reason_of(std::uint32_t http2_code) {
  switch (http2_code) {
    case NGHTTP2_NO_ERROR:
    case NGHTTP2_REFUSED_STREAM:
    case NGHTTP2_CANCEL: return Reason::reset;
    case NGHTTP2_ENHANCE_YOUR_CALM: return Reason::limit;
    case NGHTTP2_INADEQUATE_SECURITY: return Reason::tls;
    default: return Reason::protocol;
  }
}

class Call final : public GrpcSession {
 public:
  Call(const Endpoint& endpoint, const GrpcRequest& request, Peer peer, std::size_t message_limit)
      : peer_(std::move(peer)), limit_(message_limit), body_(grpc_framed(request.message)) {
    const auto callbacks = callbacks_of_a_call();
    nghttp2_session* session = nullptr;
    nghttp2_session_client_new(&session, callbacks.get(), this);
    session_.reset(session);
    const std::array settings{nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
                              nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, http2::header_limit}};
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    const auto fields = fields_of(endpoint, request);
    const auto views = http2::views_of(fields);
    nghttp2_data_provider body{};
    body.source.ptr = this;
    body.read_callback = give_body;
    stream_ = nghttp2_submit_request(session, nullptr, views.data(), views.size(), &body, nullptr);
  }

  std::string output() override {
    auto bytes = http2::take_output(session_.get());
    // It gives a connection up only after it has sent why.
    if (nghttp2_session_want_read(session_.get()) == 0 && !over()) error_ = broken_connection();
    return bytes;
  }

  void feed(std::string_view bytes) override {
    look_at_first(bytes);
    heard_ += bytes.size();
    if (heard_ > limit_ + http2::header_limit + framing && !error_) error_ = too_large("more");
    if (error_) return;
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (nghttp2_session_mem_recv(session_.get(), data, bytes.size()) < 0 && !over()) error_ = broken_connection();
  }

  bool over() const override { return closed_ || error_.has_value(); }
  bool heard_anything() const override { return heard_ > 0; }
  bool answered() const override { return http_status_ >= 200; }

  Result<GrpcResponse> result() override {
    if (error_) return *error_;
    if (!grpc_status_) return no_status();
    GrpcResponse response;
    response.status = *grpc_status_;
    response.status_message = shown_text(grpc_message_decoded(grpc_message_));
    if (response.status != 0) return response;
    auto message = grpc_unframed(received_);
    if (!message) return broken(message.error().what);
    response.message = std::move(*message);
    return response;
  }

 private:
  static http2::Callbacks callbacks_of_a_call() {
    auto callbacks = http2::make_callbacks();
    nghttp2_session_callbacks_set_on_header_callback(callbacks.get(), on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks.get(), on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks.get(), on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks.get(), on_close);
    nghttp2_session_callbacks_set_error_callback2(callbacks.get(), on_complaint);
    return callbacks;
  }

  static Call& self(void* user) { return *static_cast<Call*>(user); }

  static ssize_t give_body(nghttp2_session*, std::int32_t, std::uint8_t* room, std::size_t size, std::uint32_t* flags,
                           nghttp2_data_source* source, void*) {
    auto& call = self(source->ptr);
    const auto given = std::min(size, call.body_.size() - call.body_sent_);
    std::copy_n(call.body_.data() + call.body_sent_, given, room);
    call.body_sent_ += given;
    if (call.body_sent_ == call.body_.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(given);
  }

  static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
    return self(user).take_header(http2::text_of(name, name_size), http2::text_of(value, value_size));
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t* bytes, std::size_t size,
                     void* user) {
    auto& call = self(user);
    if (call.received_.size() + size > call.limit_) return call.give_up(call.too_large("a message"));
    call.received_.append(http2::text_of(bytes, size));
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) self(user).take_goodbye(frame->goaway);
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code, void* user) {
    auto& call = self(user);
    if (stream != call.stream_) return 0;
    call.closed_ = true;
    if (code != NGHTTP2_NO_ERROR && !call.grpc_status_ && !call.error_)
      call.error_ = Error(Phase::read, reason_of(code),
                          fmt::format("the call to {} was reset: {}", shown(call.peer_), nghttp2_http2_strerror(code)),
                          "look at the log of the component at this moment");
    return 0;
  }

  static int on_complaint(nghttp2_session*, int, const char* text, std::size_t size, void* user) {
    self(user).complaint_ = shown_text(std::string_view(text, size), shown_limit);
    return 0;
  }

  int take_header(std::string_view name, std::string_view value) {
    header_bytes_ += name.size() + value.size();
    if (header_bytes_ > http2::header_limit) return give_up(too_large("a header"));
    const auto number = [&](auto& target) { std::from_chars(value.data(), value.data() + value.size(), target); };
    if (name == ":status") number(http_status_);
    if (name == "content-type") content_type_ = value;
    if (name == "grpc-message") grpc_message_ = value;
    if (name == "grpc-status") number(grpc_status_.emplace(-1));
    return 0;
  }

  // What speaks another protocol is told by the head of its first frame.
  void look_at_first(std::string_view bytes) {
    if (heard_ >= first_.size()) return;
    const auto taken = std::min(first_.size() - heard_, bytes.size());
    std::copy_n(bytes.begin(), taken, first_.begin() + static_cast<std::ptrdiff_t>(heard_));
    auto problem = not_grpc_error(std::string_view(first_.data(), heard_ + taken), peer_);
    if (problem && !error_) error_ = std::move(*problem);
  }

  Error broken_connection() const {
    return {Phase::read, Reason::protocol,
            fmt::format("{} breaks the rules of HTTP/2{}{}", shown(peer_), complaint_.empty() ? "" : ": ", complaint_)};
  }

  int give_up(Error error) {
    if (!error_) error_ = std::move(error);
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  // A server that merely shuts down answers what it has begun.
  void take_goodbye(const nghttp2_goaway& goodbye) {
    if (closed_ || error_ || (goodbye.error_code == NGHTTP2_NO_ERROR && goodbye.last_stream_id >= stream_)) return;
    const auto said = shown_text(http2::text_of(goodbye.opaque_data, goodbye.opaque_data_len), shown_limit);
    error_ = Error(Phase::read, reason_of(goodbye.error_code),
                   fmt::format("{} ended the connection instead of answering: {}{}{}", shown(peer_),
                               nghttp2_http2_strerror(goodbye.error_code), said.empty() ? "" : ": ", said),
                   "look at the log of the component at this moment");
  }

  Error too_large(std::string_view what) const {
    return {Phase::read, Reason::too_large,
            fmt::format("{} sends {} beyond the limit of {} bytes", shown(peer_), what,
                        what == "a header" ? http2::header_limit : limit_)};
  }

  Error broken(const std::string& what) const {
    return {Phase::content, Reason::protocol,
            fmt::format("the answer of {} breaks the rules of gRPC: {}", shown(peer_), what)};
  }

  // An answer without grpc-status is not one of gRPC.
  Error no_status() const {
    if (http_status_ == 200 && content_type_.starts_with(grpc_content_type)) return broken("it has no grpc-status");
    const auto said = first_line_of_body();
    const auto what =
        fmt::format("{} speaks HTTP/2, but did not answer as gRPC does: status {}, content type '{}'{}{}", shown(peer_),
                    http_status_, shown_text(content_type_, shown_limit), said.empty() ? "" : ": ", said);
    if (http_status_ == 401 || http_status_ == 403 || http_status_ == 407)
      return {Phase::content, Reason::auth, what, "check the auth settings of this endpoint"};
    if (http_status_ == 429) return {Phase::content, Reason::limit, what};
    if (http_status_ >= 500) return {Phase::content, Reason::http_status, what};
    return {Phase::content, Reason::protocol, what, "check that the port is that of a gRPC receiver"};
  }

  std::string first_line_of_body() const {
    return shown_text(std::string_view(received_).substr(0, received_.find('\n')), shown_limit);
  }

  Peer peer_;
  std::size_t limit_;
  std::string body_;
  std::size_t body_sent_ = 0;
  http2::Session session_;
  std::int32_t stream_ = 0;
  std::array<char, 9> first_{};
  std::size_t heard_ = 0;
  std::size_t header_bytes_ = 0;
  int http_status_ = 0;
  std::string content_type_;
  std::optional<int> grpc_status_;
  std::string grpc_message_;
  std::string received_;
  std::string complaint_;
  std::optional<Error> error_;
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<GrpcSession> make_grpc_session(const Endpoint& endpoint, const GrpcRequest& request, Peer peer,
                                               std::size_t message_limit) {
  return std::make_unique<Call>(endpoint, request, std::move(peer), message_limit);
}

}  // namespace lgtmwatch
