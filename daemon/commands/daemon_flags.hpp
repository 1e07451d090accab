// The flags by which a command reaches a running daemon that is served by TLS, or asks for a password.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "daemon/base/endpoint.hpp"
#include "daemon/base/result.hpp"

namespace lgtmwatch {

struct DaemonFlags {
  TlsSettings tls;
  std::string username;
  std::string password_file;
};

// --PREFIX.tls.ca-file and so on, without the point where the prefix is empty; each can be given by the environment,
// as LGTMWATCH_NAME_TLS_CA_FILE.
void add_daemon_flags(CLI::App& command, const std::string& prefix, const std::string& name, DaemonFlags& flags);

// The error says which flag, or that the address, is wrong.
Result<Endpoint> daemon_endpoint(const std::string& url, const DaemonFlags& flags);

}  // namespace lgtmwatch
