#include "sandbox/raw_connection.hpp"

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <string>

namespace lgtmwatch::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::array<unsigned char, 7> unexpected_message{0x15, 3, 1, 0, 2, 2, 10};  // fatal

// Nothing is read where the client has left.
asio::awaitable<std::size_t> read_some(tcp::socket& socket, std::array<char, 16384>& room) {
  error_code code;
  auto count = co_await socket.async_read_some(asio::buffer(room), asio::redirect_error(asio::use_awaitable, code));
  co_return count;
}

}  // namespace

asio::awaitable<void> serve_grpc(tcp::socket socket, GrpcHandler handler) {
  const auto session = make_grpc_server_session(std::move(handler));
  std::array<char, 16384> room;
  error_code code;
  while (true) {
    const auto output = session->output();
    co_await asio::async_write(socket, asio::buffer(output), asio::redirect_error(asio::use_awaitable, code));
    if (code || session->over()) co_return;
    const auto count = co_await read_some(socket, room);
    if (count == 0) co_return;
    session->feed(std::string_view(room.data(), count));
  }
}

asio::awaitable<void> expect_tls(tcp::socket socket) {
  std::array<char, 16384> room;
  error_code code;
  const auto count = co_await read_some(socket, room);
  if (count == 0) co_return;
  co_await asio::async_write(socket, asio::buffer(unexpected_message), asio::redirect_error(asio::use_awaitable, code));
  co_await keep_silent(std::move(socket));
}

asio::awaitable<void> hang_up(tcp::socket socket) {
  std::array<char, 16384> room;
  (void)co_await read_some(socket, room);
}

asio::awaitable<void> keep_silent(tcp::socket socket) {
  std::array<char, 16384> room;
  std::size_t count = 1;
  while (count > 0) count = co_await read_some(socket, room);
}

}  // namespace lgtmwatch::sandbox
