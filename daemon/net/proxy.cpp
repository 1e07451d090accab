#include "daemon/net/proxy.hpp"

#include <fmt/format.h>

#include <charconv>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr int asks_for_credentials = 407;
constexpr std::size_t longest_status_line = 120;

Error no_credentials(const Endpoint& endpoint) {
  return {Phase::connect, Reason::auth,
          fmt::format("the proxy {} asks for credentials on the way to {}", endpoint.proxy->address(),
                      endpoint.url.address()),
          "set proxy_auth to the user and password that the proxy takes"};
}

Error no_way(const Endpoint& endpoint, int status, std::string_view said) {
  const bool forbidden = status == 403 || status == 405;
  return {Phase::connect, Reason::unreachable,
          fmt::format("the proxy {} cannot reach {}: it answered {}", endpoint.proxy->address(), endpoint.url.address(),
                      said),
          forbidden ? fmt::format("let the proxy allow connections to port {} of that host", endpoint.url.port())
                    : "check that the target runs and that the proxy resolves its name and has a way to it"};
}

Error no_proxy(const Endpoint& endpoint, std::string_view said) {
  return {Phase::connect, Reason::protocol,
          fmt::format("{} does not answer as an HTTP proxy does: \"{}\"", endpoint.proxy->address(), said),
          "check that proxy_url is the address of an HTTP proxy"};
}

}  // namespace

bool is_proxied(const Endpoint& endpoint) {
  return endpoint.proxy.has_value() && endpoint.url.scheme() != Url::Scheme::unix_socket;
}

std::string proxy_authorization_line(const Endpoint& endpoint) {
  if (endpoint.proxy_authorization.empty()) return {};
  return fmt::format("Proxy-Authorization: {}\r\n", endpoint.proxy_authorization.reveal());
}

std::string connect_request(const Endpoint& endpoint) {
  const auto target = endpoint.url.address();
  return fmt::format("CONNECT {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: lgtmwatch/" LGTMWATCH_VERSION "\r\n{}\r\n", target,
                     target, proxy_authorization_line(endpoint));
}

std::optional<Error> judge_connect_answer(std::string_view head, const Endpoint& endpoint) {
  const auto line = shown_text(head.substr(0, head.find("\r\n")), longest_status_line);
  constexpr std::string_view version = "HTTP/1.x ";
  int status = 0;
  if (line.starts_with("HTTP/1.") && line.size() >= version.size() + 3)
    std::from_chars(line.data() + version.size(), line.data() + version.size() + 3, status);
  if (status >= 200 && status < 300) return std::nullopt;
  if (status == 0) return no_proxy(endpoint, line);
  if (status == asks_for_credentials) return no_credentials(endpoint);
  return no_way(endpoint, status, line.substr(version.size()));
}

std::optional<Error> judge_proxied_answer(int status, std::string_view server, const Endpoint& endpoint) {
  if (status == asks_for_credentials) return no_credentials(endpoint);
  const bool by_proxy = server.starts_with("tinyproxy") || server.starts_with("squid");
  if (!by_proxy || (status < 500 && status != 403)) return std::nullopt;
  return no_way(endpoint, status, std::to_string(status));
}

Error without_proxy(const Error& error, const Endpoint& endpoint) {
  return {error.phase, error.reason,
          fmt::format("the proxy on the way to {} cannot be used: {}", endpoint.url.address(), error.what),
          "check proxy_url, and that the proxy runs and listens there"};
}

Error silent_proxy(const Endpoint& endpoint, Duration patience) {
  return {Phase::connect, Reason::timeout,
          fmt::format("the proxy {} did not connect to {} within {}", endpoint.proxy->address(), endpoint.url.address(),
                      format_age(patience)),
          "the target drops what the proxy sends to it, or the proxy hangs: try the same from the proxy's host"};
}

}  // namespace lgtmwatch
