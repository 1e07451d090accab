#include "daemon/net/http_session.hpp"

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>

#include "daemon/net/server_tls.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using TlsServerStream = beast::ssl_stream<beast::tcp_stream>;

constexpr std::size_t header_limit = 64 << 10;
constexpr std::size_t buffer_limit = 128 << 10;
constexpr Duration linger = std::chrono::seconds(1);

// What came of waiting for a request: the request, or the status with which it is refused, or nothing (closed).
struct Received {
  std::optional<ServerRequest> request;
  int refusal = 0;
  unsigned version = 11;
  bool keep_alive = false;
};

int refusal_for(const error_code& code) {
  if (code == http::error::body_limit) return 413;
  if (code == http::error::header_limit || code == http::error::buffer_overflow) return 431;
  if (code == http::error::end_of_stream || code == http::error::partial_message) return 0;
  return code.category() == error_code(http::error::bad_method).category() ? 400 : 0;
}

std::string_view refusal_text(int status) {
  switch (status) {
    case 413: return "the body is larger than this server takes\n";
    case 431: return "the headers are larger than this server takes\n";
    case 500: return "internal error\n";
    default: return "this is not a valid HTTP/1.1 request\n";
  }
}

std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

Received to_received(http::request<http::string_body> message) {
  Received received;
  received.version = message.version();
  received.keep_alive = message.keep_alive();
  auto& request = received.request.emplace();
  request.method = text_of(message.method_string());
  request.target = text_of(message.target());
  for (const auto& field : message) request.headers.emplace_back(text_of(field.name_string()), text_of(field.value()));
  request.body = std::move(message.body());
  return received;
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

http::response<http::string_body> to_message(ServerResponse response, const Received& received, bool keep_alive) {
  http::response<http::string_body> message;
  message.version(received.version);
  message.result(static_cast<unsigned>(response.status));
  if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.keep_alive(keep_alive);
  if (may_have_body(response.status)) {
    message.content_length(response.body.size());
    const bool wanted = !received.request || received.request->method != "HEAD";
    if (wanted) message.body() = std::move(response.body);
  }
  return message;
}

template <class Stream>
asio::awaitable<error_code> greet_body(Stream& stream) {
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  error_code code;
  co_await asio::async_write(stream, asio::buffer(go_on), asio::redirect_error(asio::use_awaitable, code));
  co_return code;
}

// Header and body have the idle timeout each.
template <class Stream>
asio::awaitable<Received> receive(Stream& stream, beast::flat_buffer& buffer, const ServerOptions& options) {
  http::request_parser<http::string_body> parser;
  parser.header_limit(header_limit);
  parser.body_limit(options.body_limit);
  error_code code;
  beast::get_lowest_layer(stream).expires_after(options.idle_timeout);
  co_await http::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, code));
  if (!code && !parser.is_done()) {
    beast::get_lowest_layer(stream).expires_after(options.idle_timeout);
    const auto expect = parser.get()[http::field::expect];
    if (beast::iequals(expect, "100-continue")) code = co_await greet_body(stream);
    if (!code) co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, code));
  }
  if (!code) co_return to_received(parser.release());
  Received refused;
  refused.refusal = refusal_for(code);
  co_return refused;
}

// Reads and forgets what the peer still sends, until it closes or the stream's deadline passes.
template <class Stream>
asio::awaitable<void> swallow(Stream& stream) {
  std::array<char, 4096> scratch;
  error_code code;
  while (!code) co_await stream.async_read_some(asio::buffer(scratch), asio::redirect_error(asio::use_awaitable, code));
}

template <class Stream>
asio::awaitable<bool> answer(Stream& stream, http::response<http::string_body> message, Duration timeout) {
  beast::get_lowest_layer(stream).expires_after(timeout);
  error_code code;
  co_await http::async_write(stream, message, asio::redirect_error(asio::use_awaitable, code));
  co_return !code;
}

// The head, and piece by piece what follows; each has the timeout. Without a length the end is that of the connection.
template <class Stream>
asio::awaitable<void> pour(Stream& stream, ServerResponse response, Duration timeout) {
  const auto source = std::move(response.stream);
  http::response<http::empty_body> head;
  head.result(static_cast<unsigned>(response.status));
  head.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) head.set(name, value);
  head.keep_alive(false);
  http::response_serializer<http::empty_body> serializer(head);
  error_code code;
  beast::get_lowest_layer(stream).expires_after(timeout);
  co_await http::async_write_header(stream, serializer, asio::redirect_error(asio::use_awaitable, code));
  while (!code) {
    const auto piece = co_await source->next();
    if (!piece) co_return;
    beast::get_lowest_layer(stream).expires_after(timeout);
    co_await asio::async_write(stream, asio::buffer(*piece), asio::redirect_error(asio::use_awaitable, code));
  }
}

// A close with unread input would reset the connection and take the answer with it.
asio::awaitable<void> part(beast::tcp_stream& stream) {
  error_code ignored;
  stream.expires_after(linger);
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  co_await swallow(stream);
}

template <class Stream>
asio::awaitable<void> keep_silent(Stream& stream) {
  beast::get_lowest_layer(stream).expires_never();
  co_await swallow(stream);
}

asio::awaitable<ServerResponse> call(const ServerHandler& handler, ServerRequest request) {
  try {
    co_return co_await handler(std::move(request));
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
  } catch (const std::exception&) {
  }
  co_return ServerResponse(500, "text/plain; charset=utf-8", std::string(refusal_text(500)));
}

// One request and its answer; true where the connection stays open for the next.
template <class Stream>
asio::awaitable<bool> exchange(Stream& stream, beast::flat_buffer& buffer, const ServerOptions& options,
                               const ServerHandler& handler) {
  auto received = co_await receive(stream, buffer, options);
  if (!received.request && received.refusal == 0) co_return false;
  ServerResponse response(received.refusal, "text/plain; charset=utf-8", std::string(refusal_text(received.refusal)));
  if (received.request) response = co_await call(handler, *received.request);
  const bool hang = response.hang;
  if (hang) co_await keep_silent(stream);
  if (hang) co_return false;
  if (response.stream) {
    co_await pour(stream, std::move(response), options.idle_timeout);
    co_return false;
  }
  auto message = to_message(std::move(response), received, received.keep_alive);
  const bool sent = co_await answer(stream, std::move(message), options.idle_timeout);
  co_return sent&& received.keep_alive;
}

template <class Stream>
asio::awaitable<void> exchange_all(Stream& stream, const ServerOptions& options, const ServerHandler& handler) {
  beast::flat_buffer buffer(buffer_limit);
  bool open = true;
  while (open) open = co_await exchange(stream, buffer, options, handler);
}

// In the clear, to one who does not know better.
asio::awaitable<void> point_at_https(beast::tcp_stream& stream) {
  static constexpr std::string_view hint =
      "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\n\r\nhere it is HTTPS that is spoken, not HTTP\n";
  error_code ignored;
  co_await asio::async_write(stream, asio::buffer(hint), asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> converse_secured(TlsServerStream& stream, const ServerOptions& options,
                                       const ServerHandler& handler) {
  auto& plain = beast::get_lowest_layer(stream);
  error_code code;
  plain.expires_after(options.handshake_timeout);
  co_await stream.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, code));
  const bool is_http = code.category() == asio::error::get_ssl_category() &&
                       ERR_GET_REASON(static_cast<unsigned long>(code.value())) == SSL_R_HTTP_REQUEST;
  if (is_http) co_await point_at_https(plain);
  if (code) co_return;
  co_await exchange_all(stream, options, handler);
  plain.expires_after(linger);
  co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, code));
}

}  // namespace

asio::awaitable<void> converse(tcp::socket socket, std::shared_ptr<ServerTls> tls, ServerOptions options,
                               const ServerHandler& handler) {
  beast::tcp_stream plain(std::move(socket));
  if (!tls) {
    co_await exchange_all(plain, options, handler);
    co_await part(plain);
    co_return;
  }
  TlsServerStream secured(std::move(plain), tls->context);
  co_await converse_secured(secured, options, handler);
  co_await part(secured.next_layer());
}

}  // namespace lgtmwatch
