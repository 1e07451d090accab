// Translates what the system says into what a user understands: which phase failed, as which reason, and a
// sentence with the address and the time that was waited. "Operation canceled" never leaves this room.
#pragma once

#include <boost/system/error_code.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/result.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

struct Peer {
  std::string address;     // as configured: "loki:3100"
  std::string remote;      // as connected: "172.18.0.4:3100"; empty before it is known
  Duration patience;       // from the start of the exchange to its deadline; zero or less where that had passed before
  std::string proxy = {};  // "squid:3128", where the connection goes through one
};

Error net_error(Phase phase, const boost::system::error_code& code, const Peer& peer);

// What answered there, judged by its first bytes, where it was not HTTP/1.
Error not_http_error(std::string_view first_bytes, const std::string& parser_message, const Peer& peer);

// gRPC without TLS met a port that speaks TLS.
Error expects_tls_error(const Peer& peer);

// Where gRPC is expected: nothing while the first bytes may still be those of HTTP/2.
std::optional<Error> not_grpc_error(std::string_view first_bytes, const Peer& peer);

// The connection failed during a call of gRPC. A server that closes before it said anything may expect TLS: many send
// no alert to those who speak without.
Error closed_grpc_error(Phase phase, const boost::system::error_code& code, bool heard_anything, const Peer& peer);

// How an address is called in a sentence: "loki:3100 (172.18.0.4:3100)".
std::string shown(const Peer& peer);

}  // namespace lgtmwatch
