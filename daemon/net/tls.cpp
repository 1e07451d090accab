#include "daemon/net/tls.hpp"

#include <fmt/format.h>

namespace lgtmwatch {

Result<TlsContext> make_tls_context(const TlsSettings& settings) {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  boost::system::error_code code;
  const auto failed = [&code](const std::string& what, const std::string& file) {
    return Error(Phase::tls, Reason::tls, fmt::format("{} {} cannot be used: {}", what, file, code.message()),
                 "check the path, the permissions and that it is PEM");
  };
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  context->set_verify_mode(settings.insecure_skip_verify ? ssl::verify_none : ssl::verify_peer);
  if (settings.ca_file.empty()) {
    context->set_default_verify_paths(code);
    if (code) return failed("the certificate store of", "the system");
  } else {
    context->load_verify_file(settings.ca_file, code);
    if (code) return failed("tls.ca_file", settings.ca_file);
  }
  if (!settings.cert_file.empty()) {
    context->use_certificate_chain_file(settings.cert_file, code);
    if (code) return failed("tls.cert_file", settings.cert_file);
    context->use_private_key_file(settings.key_file, ssl::context::pem, code);
    if (code) return failed("tls.key_file", settings.key_file);
  }
  return context;
}

Result<TlsContext> TlsContexts::of(const Endpoint& endpoint) {
  if (endpoint.url.scheme() != Url::Scheme::https) return TlsContext();
  const auto& tls = endpoint.tls;
  auto& kept =
      by_files_[fmt::format("{}|{}|{}|{}", tls.ca_file, tls.cert_file, tls.key_file, tls.insecure_skip_verify)];
  if (kept.context && kept.fingerprint == tls.fingerprint) return kept.context;
  auto made = make_tls_context(tls);
  kept.context = made ? *made : nullptr;
  kept.fingerprint = tls.fingerprint;
  return made;
}

}  // namespace lgtmwatch
