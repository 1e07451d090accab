#include "daemon/commands/daemon_flags.hpp"

#include "daemon/base/base64.hpp"
#include "daemon/config_file.hpp"

namespace lgtmwatch {
namespace {

Error incomplete(const std::string& what, const std::string& hint) {
  return {Phase::content, Reason::parse, what, hint};
}

Result<Secret> password_in(const std::string& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  if (text->empty()) return incomplete("the file " + file + " holds no password", "write it there, on one line");
  return Secret(std::move(*text));
}

}  // namespace

void add_daemon_flags(CLI::App& command, const std::string& prefix, const std::string& name, DaemonFlags& flags) {
  const auto flag = "--" + prefix + (prefix.empty() ? "" : ".");
  const auto variable = "LGTMWATCH_" + name + "_";
  command
      .add_option(flag + "tls.ca-file", flags.tls.ca_file,
                  "Certificates (PEM) to trust instead of the system's where the daemon is asked by https")
      ->envname(variable + "TLS_CA_FILE");
  command
      .add_option(flag + "tls.cert-file", flags.tls.cert_file,
                  "Certificate (PEM) to show to a daemon that asks clients for one")
      ->envname(variable + "TLS_CERT_FILE");
  command.add_option(flag + "tls.key-file", flags.tls.key_file, "Private key (PEM) of that certificate")
      ->envname(variable + "TLS_KEY_FILE");
  command
      .add_flag(flag + "tls.insecure-skip-verify", flags.tls.insecure_skip_verify,
                "Trusts whatever answers in the daemon's place")
      ->envname(variable + "TLS_INSECURE_SKIP_VERIFY");
  command.add_option(flag + "basic.username", flags.username, "User name for a daemon that asks for a password")
      ->envname(variable + "BASIC_USERNAME");
  command.add_option(flag + "basic.password-file", flags.password_file, "File with the password of that user")
      ->envname(variable + "BASIC_PASSWORD_FILE");
}

Result<Endpoint> daemon_endpoint(const std::string& address, const DaemonFlags& flags) {
  const auto url = Url::parse(address);
  if (!url) return url.error();
  Endpoint daemon(*url);
  daemon.tls = flags.tls;
  if (flags.tls.cert_file.empty() != flags.tls.key_file.empty())
    return incomplete("a certificate needs its key, and a key its certificate", "give cert-file and key-file");
  if (flags.username.empty() != flags.password_file.empty())
    return incomplete("a user needs a password, and a password its user",
                      "give basic.username and basic.password-file");
  if (flags.username.empty()) return daemon;
  const auto password = password_in(flags.password_file);
  if (!password) return password.error();
  daemon.headers.push_back({"Authorization", Secret("Basic " + base64(flags.username + ":" + password->reveal()))});
  return daemon;
}

}  // namespace lgtmwatch
