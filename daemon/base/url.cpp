#include "daemon/base/url.hpp"

#include <fmt/format.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "daemon/base/secret.hpp"

namespace lgtmwatch {
namespace {

constexpr std::string_view unix_prefix = "unix://";

// What has an '@' may have a password before it, also where it is not even a URL.
Error bad_url(std::string_view text, std::string_view why) {
  const auto shown = text.find('@') == std::string_view::npos ? text : std::string_view(masked);
  return {Phase::content, Reason::parse, fmt::format("'{}' is not an address: {}", shown, why),
          "write it as http://HOST:PORT, https://HOST:PORT/PREFIX or unix:///PATH"};
}

bool is_ipv6(std::string_view host) { return host.find(':') != std::string_view::npos; }

std::string bracketed(const std::string& host) { return is_ipv6(host) ? fmt::format("[{}]", host) : host; }

}  // namespace

Result<Url> Url::parse(std::string_view text) { return parse(text, text); }

Result<Url> Url::parse(std::string_view uri, std::string_view text) {
  Url url;
  if (uri.starts_with(unix_prefix)) {
    url.scheme_ = Scheme::unix_socket;
    url.host_ = std::string(uri.substr(unix_prefix.size()));
    if (!url.host_.starts_with('/')) return bad_url(text, "a unix socket needs an absolute path");
    return url;
  }
  const auto parsed = boost::urls::parse_uri(boost::urls::string_view(uri.data(), uri.size()));
  if (!parsed) return bad_url(text, "it is not a URL with a scheme");
  if (parsed->scheme() == "http") {
    url.scheme_ = Scheme::http;
  } else if (parsed->scheme() == "https") {
    url.scheme_ = Scheme::https;
  } else {
    return bad_url(text, "the scheme must be http, https or unix");
  }
  if (parsed->has_userinfo()) return bad_url(text, "credentials do not belong into a URL; use auth.basic");
  if (parsed->has_query() || parsed->has_fragment()) return bad_url(text, "it must not have a query or a fragment");
  if (parsed->encoded_host().find('%') != std::string_view::npos)
    return bad_url(text, "the host has characters that no host has");
  const auto host = parsed->host_address();
  url.host_ = std::string(host.begin(), host.end());
  if (url.host_.empty()) return bad_url(text, "the host is missing");
  if (parsed->has_port() && parsed->port_number() == 0) return bad_url(text, "the port must be between 1 and 65535");
  url.port_ = parsed->has_port() ? parsed->port_number() : (url.scheme_ == Scheme::https ? 443 : 80);
  const auto path = parsed->encoded_path();
  url.path_ = std::string(path.begin(), path.end());
  while (url.path_.ends_with('/')) url.path_.pop_back();
  return url;
}

Result<Url> Url::parse_endpoint(std::string_view text) {
  if (text.find("://") != std::string_view::npos) return parse(text);
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || text.size() == colon + 1 || text.back() == ']')
    return bad_url(text, "an endpoint is written as HOST:PORT");
  return parse(fmt::format("http://{}", text), text);
}

std::string Url::address() const {
  if (scheme_ == Scheme::unix_socket) return "unix:" + host_;
  return fmt::format("{}:{}", bracketed(host_), port_);
}

std::string Url::authority() const {
  if (scheme_ == Scheme::unix_socket) return "localhost";
  const bool usual = port_ == (scheme_ == Scheme::https ? 443 : 80);
  return usual ? bracketed(host_) : address();
}

std::string Url::text() const {
  if (scheme_ == Scheme::unix_socket) return std::string(unix_prefix) + host_;
  return fmt::format("{}://{}{}", scheme_ == Scheme::https ? "https" : "http", authority(), path_);
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (const unsigned char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      encoded += static_cast<char>(c);
    } else {
      encoded += fmt::format("%{:02X}", c);
    }
  }
  return encoded;
}

}  // namespace lgtmwatch
