// Url: an address that was checked. http://host:port/prefix, https://…, unix:///path/to.sock, or host:port.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/base/result.hpp"

namespace lgtmwatch {

class Url {
 public:
  enum class Scheme { http, https, unix_socket };

  // "http://loki:3100/prefix". Error names what is wrong; user information in the URL is refused.
  static Result<Url> parse(std::string_view text);
  // "alloy:4317", "[::1]:4317": an endpoint without scheme, as gRPC writes it.
  static Result<Url> parse_endpoint(std::string_view text);

  Scheme scheme() const { return scheme_; }
  const std::string& host() const { return host_; }  // without brackets; the path for a unix socket
  std::uint16_t port() const { return port_; }
  const std::string& path() const { return path_; }  // prefix without trailing slash; "" for none
  std::string address() const;                       // "loki:3100", "[::1]:3100", "unix:/run/x.sock"
  std::string authority() const;                     // for the Host header
  std::string text() const;                          // "http://loki:3100/prefix"

 private:
  Url() = default;
  static Result<Url> parse(std::string_view uri, std::string_view text);  // errors quote the text

  Scheme scheme_ = Scheme::http;
  std::string host_;
  std::uint16_t port_ = 0;
  std::string path_;
};

// Percent-encodes everything but unreserved characters, for a query value.
std::string percent_encode(std::string_view text);

}  // namespace lgtmwatch
