#include "daemon/net/listen.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/ip/v6_only.hpp>
#include <charconv>
#include <optional>

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct ListenAddress {
  std::string host;  // empty for all addresses
  std::uint16_t port = 0;
};

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  ListenAddress address;
  address.host = host == "localhost" ? "127.0.0.1" : std::string(host);
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (problem != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  error_code code;
  if (!address.host.empty()) asio::ip::make_address(address.host, code);
  if (code) return std::nullopt;
  return address;
}

error_code open_at(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool dual_stack) {
  error_code code;
  acceptor.open(endpoint.protocol(), code);
  if (!code && dual_stack) acceptor.set_option(asio::ip::v6_only(false), code);
  if (!code) acceptor.set_option(tcp::acceptor::reuse_address(true), code);
  if (!code) acceptor.bind(endpoint, code);
  if (!code) acceptor.listen(asio::socket_base::max_listen_connections, code);
  error_code ignored;
  if (code) acceptor.close(ignored);
  return code;
}

error_code open_at(tcp::acceptor& acceptor, const ListenAddress& address) {
  if (!address.host.empty())
    return open_at(acceptor, tcp::endpoint(asio::ip::make_address(address.host), address.port), false);
  const auto code = open_at(acceptor, tcp::endpoint(tcp::v6(), address.port), true);
  if (!code || code == asio::error::address_in_use) return code;
  return open_at(acceptor, tcp::endpoint(tcp::v4(), address.port), false);
}

std::string hint_for(const error_code& code) {
  if (code == asio::error::address_in_use)
    return "another process listens there; stop it, or choose another port (0 takes a free one)";
  if (code == asio::error::access_denied) return "ports below 1024 need a privilege; choose a higher one";
  return "choose an address that this host has";
}

int option_of(int descriptor, int option) {
  int value = -1;
  socklen_t length = sizeof value;
  return getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

// What is wrong with it; empty where it listens by TCP.
std::string fault_of(int descriptor) {
  if (option_of(descriptor, SO_TYPE) < 0) return "it is no open socket";
  if (option_of(descriptor, SO_PROTOCOL) != IPPROTO_TCP) return "it is no socket of TCP";
  return option_of(descriptor, SO_ACCEPTCONN) == 1 ? "" : "it does not listen";
}

}  // namespace

Result<tcp::acceptor> listen_on(asio::any_io_executor executor, const std::string& address) {
  const auto parsed = parse_listen_address(address);
  if (!parsed)
    return Error(Phase::connect, Reason::internal, fmt::format("\"{}\" is not an address to listen on", address),
                 "write :9797, 127.0.0.1:9797 or [::1]:9797");
  tcp::acceptor acceptor(executor);
  const auto code = open_at(acceptor, *parsed);
  if (code)
    return Error(Phase::connect, Reason::internal, fmt::format("cannot listen on {}: {}", address, code.message()),
                 hint_for(code));
  return acceptor;
}

Result<tcp::acceptor> listen_on(asio::any_io_executor executor, int descriptor) {
  tcp::acceptor acceptor(std::move(executor));
  auto fault = fault_of(descriptor);
  const bool is_v6 = option_of(descriptor, SO_DOMAIN) == AF_INET6;
  error_code code;
  if (fault.empty()) acceptor.assign(is_v6 ? tcp::v6() : tcp::v4(), descriptor, code);
  if (code) fault = code.message();
  if (!fault.empty())
    return Error(Phase::connect, Reason::internal,
                 fmt::format("the socket that was passed as descriptor {} cannot be used: {}", descriptor, fault),
                 "give the socket unit ListenStream= with a port, and Accept=no");
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return acceptor;
}

}  // namespace lgtmwatch
