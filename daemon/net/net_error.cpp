#include "daemon/net/net_error.hpp"

#include <fmt/format.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr Duration least_patience = std::chrono::milliseconds(1);  // less is no time to ask anything

std::string_view waiting_for(Phase phase) {
  switch (phase) {
    case Phase::resolve: return "resolving its name";
    case Phase::connect: return "the connection";
    case Phase::tls: return "the TLS handshake";
    case Phase::write: return "taking the request";
    case Phase::first_byte: return "the first byte of the answer";
    default: return "the rest of the answer";
  }
}

bool is_timeout(const boost::system::error_code& code) {
  return code == boost::beast::error::timeout || code == asio::error::timed_out;
}

bool is_reset(const boost::system::error_code& code) {
  return code == asio::error::connection_reset || code == asio::error::broken_pipe || code == asio::error::eof ||
         code == asio::error::connection_aborted || code == asio::ssl::error::stream_truncated;
}

bool is_unreachable(const boost::system::error_code& code) {
  return code == asio::error::host_unreachable || code == asio::error::network_unreachable ||
         code == asio::error::network_down || code == asio::error::access_denied ||
         code == boost::system::errc::address_not_available;
}

Error timeout_error(Phase phase, const Peer& peer) {
  if (peer.patience < least_patience)
    return {phase, Reason::timeout, fmt::format("no time was left to ask {}", shown(peer)),
            "what was asked before it in the same run took all the time: look at that first, or raise `timeout`"};
  const auto hint =
      phase == Phase::connect
          ? "a firewall drops the packets, the host is down, or its accept queue is full"
          : "it accepts connections but does not answer: look at its CPU, memory and whether it is paused";
  return {phase, Reason::timeout,
          fmt::format("no answer from {} within {}: waited for {}", shown(peer), format_age(peer.patience),
                      waiting_for(phase)),
          hint};
}

// By what the server said when it ended the handshake.
std::string hint_for_alert(std::string_view text) {
  if (text.find("certificate required") != std::string_view::npos)
    return "set tls.cert_file and tls.key_file: the component asks for a client certificate";
  if (text.find("alert") != std::string_view::npos &&
      (text.find("unknown ca") != std::string_view::npos || text.find("certificate") != std::string_view::npos))
    return "set tls.cert_file and tls.key_file to a client certificate that the component accepts";
  return "check the certificates of both sides, and which versions and ciphers of TLS they allow";
}

Error tls_error(const boost::system::error_code& code, const Peer& peer) {
  const auto text = code.message();
  const bool plain = text.find("wrong version number") != std::string::npos ||
                     text.find("packet length too long") != std::string::npos ||
                     text.find("http request") != std::string::npos;
  if (plain)
    return {Phase::tls, Reason::tls, fmt::format("{} does not speak TLS", shown(peer)),
            "use http:// or the TLS port of the component"};
  if (text.find("no application protocol") != std::string::npos)
    return {Phase::tls, Reason::protocol, fmt::format("{} speaks TLS, but not HTTP/2 (gRPC) within it", shown(peer)),
            "use the gRPC port (4317 by convention), or configure it as an HTTP receiver"};
  return {Phase::tls, Reason::tls, fmt::format("the TLS handshake with {} failed: {}", shown(peer), text),
          hint_for_alert(text)};
}

bool is_tls_alert(std::string_view bytes) {
  return !bytes.empty() && bytes[0] == 0x15 && (bytes.size() < 2 || bytes[1] == 3);
}

}  // namespace

std::string shown(const Peer& peer) {
  if (!peer.proxy.empty()) return fmt::format("{} (through the proxy {})", peer.address, peer.proxy);
  if (peer.remote.empty() || peer.remote == peer.address) return peer.address;
  return fmt::format("{} ({})", peer.address, peer.remote);
}

Error net_error(Phase phase, const boost::system::error_code& code, const Peer& peer) {
  if (is_timeout(code)) return timeout_error(phase, peer);
  // With TLS 1.3 the server refuses the client's certificate only after the handshake.
  const bool is_tls = phase == Phase::tls || code.category() == asio::error::get_ssl_category();
  if (is_tls && !is_reset(code)) return tls_error(code, peer);
  if (code == asio::error::connection_refused)
    return {phase, Reason::refused, fmt::format("{} refused the connection: nothing listens there", shown(peer)),
            "check that the component runs and listens on that address and port"};
  if (code == boost::system::errc::no_such_file_or_directory)
    return {phase, Reason::refused, fmt::format("there is no socket at {}", peer.address),
            "check the path and that it is mounted"};
  if (is_unreachable(code))
    return {phase, Reason::unreachable, fmt::format("{} cannot be reached: {}", shown(peer), code.message()),
            "check the route and that lgtmwatch shares a network with it"};
  if (is_reset(code))
    return {phase, Reason::reset,
            fmt::format("{} closed the connection while lgtmwatch waited for {}", shown(peer), waiting_for(phase)),
            "look at the log of the component at this moment"};
  return {phase, Reason::internal, fmt::format("{}: {}", shown(peer), code.message())};
}

Error not_http_error(std::string_view first_bytes, const std::string& parser_message, const Peer& peer) {
  if (first_bytes.size() >= 4 && first_bytes[0] == 0 && first_bytes[1] == 0 && first_bytes[3] == 4)
    return {Phase::first_byte, Reason::protocol,
            fmt::format("{} speaks HTTP/2 (gRPC) where HTTP/1.1 is expected", shown(peer)),
            "use the HTTP port (4318 by convention), or configure it as a gRPC receiver"};
  if (first_bytes.size() >= 2 && is_tls_alert(first_bytes))
    return {Phase::first_byte, Reason::tls, fmt::format("{} expects TLS", shown(peer)), "use https://"};
  return {Phase::first_byte, Reason::protocol,
          fmt::format("{} did not answer with HTTP/1.1: {}", shown(peer), parser_message),
          "check that the port is the HTTP port of the component"};
}

Error expects_tls_error(const Peer& peer) {
  return {Phase::first_byte, Reason::tls, fmt::format("{} expects TLS", shown(peer)),
          "write the endpoint as https://HOST:PORT"};
}

std::optional<Error> not_grpc_error(std::string_view first_bytes, const Peer& peer) {
  constexpr std::string_view http = "HTTP/1";
  constexpr std::size_t frame_type = 3;
  constexpr char settings = 4;
  if (first_bytes.starts_with(http.substr(0, first_bytes.size())) && !first_bytes.empty())
    return Error(Phase::first_byte, Reason::protocol,
                 fmt::format("{} speaks HTTP/1.1 where gRPC (HTTP/2) is expected", shown(peer)),
                 "use the gRPC port (4317 by convention), or configure it as an HTTP receiver");
  if (is_tls_alert(first_bytes)) return expects_tls_error(peer);
  const bool may_be_http2 =
      first_bytes.empty() ||
      (first_bytes[0] == 0 && (first_bytes.size() <= frame_type || first_bytes[frame_type] == settings));
  if (may_be_http2) return std::nullopt;
  return Error(Phase::first_byte, Reason::protocol, fmt::format("{} did not answer with HTTP/2 (gRPC)", shown(peer)),
               "check that the port is that of a gRPC receiver");
}

Error closed_grpc_error(Phase phase, const boost::system::error_code& code, bool heard_anything, const Peer& peer) {
  auto error = net_error(phase, code, peer);
  if (error.reason != Reason::reset || heard_anything) return error;
  error.what = fmt::format("{} closed the connection before a word of HTTP/2 (gRPC)", shown(peer));
  error.hint = "it may expect TLS (write the endpoint as https://HOST:PORT), or be no gRPC port";
  return error;
}

}  // namespace lgtmwatch
