#include "sandbox/post.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <memory>
#include <optional>

namespace lgtmwatch::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t longest_answer = 64 << 10;

std::optional<tcp::endpoint> endpoint_of(std::string_view address) {
  const auto colon = std::min(address.rfind(':'), address.size());
  auto host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  std::from_chars(address.data() + std::min(colon + 1, address.size()), address.data() + address.size(), port);
  error_code code;
  const auto ip = asio::ip::make_address(std::string(host), code);
  if (code || port == 0) return std::nullopt;
  return tcp::endpoint(ip, port);
}

int status_of(std::string_view answer) {
  int status = 0;
  if (answer.size() > 12) std::from_chars(answer.data() + 9, answer.data() + 12, status);
  return answer.substr(0, 5) == "HTTP/" ? status : 0;
}

}  // namespace

asio::awaitable<int> post_json(std::string address, std::string path, std::string body, Duration timeout) {
  const auto endpoint = endpoint_of(address);
  if (!endpoint) co_return 0;
  const auto request = fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: "
      "close\r\n\r\n{}",
      path, address, body.size(), body);
  auto executor = co_await asio::this_coro::executor;
  auto socket = std::make_shared<tcp::socket>(executor);
  asio::steady_timer patience(executor, timeout);
  patience.async_wait([socket](error_code cancelled) {
    error_code ignored;
    if (!cancelled) socket->close(ignored);
  });
  error_code code;
  std::string answer;
  auto target = asio::dynamic_buffer(answer, longest_answer);
  co_await socket->async_connect(*endpoint, asio::redirect_error(asio::use_awaitable, code));
  if (!code)
    co_await asio::async_write(*socket, asio::buffer(request), asio::redirect_error(asio::use_awaitable, code));
  if (!code) co_await asio::async_read(*socket, target, asio::redirect_error(asio::use_awaitable, code));
  co_return status_of(answer);
}

}  // namespace lgtmwatch::sandbox
