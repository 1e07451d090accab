#include "daemon/net/server_tls.hpp"

#include <fmt/format.h>

#include <string_view>

namespace lgtmwatch {
namespace {

namespace ssl = boost::asio::ssl;

int version_of(TlsVersion version) { return version == TlsVersion::tls12 ? TLS1_2_VERSION : TLS1_3_VERSION; }

int take_any(int, X509_STORE_CTX*) { return 1; }

void ask_for_certificate(SSL_CTX* context, ClientCertificate client) {
  constexpr int required = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  switch (client) {
    case ClientCertificate::none: return SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    case ClientCertificate::requested: return SSL_CTX_set_verify(context, SSL_VERIFY_PEER, take_any);
    case ClientCertificate::required: return SSL_CTX_set_verify(context, required, take_any);
    case ClientCertificate::verified_if_given: return SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    case ClientCertificate::required_and_verified: return SSL_CTX_set_verify(context, required, nullptr);
  }
}

}  // namespace

Result<std::shared_ptr<ServerTls>> make_server_tls(const ServerTlsSettings& settings) {
  auto tls = std::make_shared<ServerTls>();
  auto& context = tls->context;
  boost::system::error_code code;
  const auto failed = [&code](std::string_view what, std::string hint) {
    return Error(Phase::tls, Reason::tls, fmt::format("{} cannot be used: {}", what, code.message()), std::move(hint));
  };
  context.set_options(ssl::context::default_workarounds | ssl::context::no_compression);
  context.use_certificate_chain(boost::asio::buffer(settings.certificate), code);
  if (code) return failed("cert_file", "give a certificate that `openssl x509 -noout -text` can read");
  context.use_private_key(boost::asio::buffer(settings.key.reveal()), ssl::context::pem, code);
  if (code) return failed("key_file", "give the key that belongs to the certificate, without a passphrase");
  if (!settings.client_ca.empty()) context.add_certificate_authority(boost::asio::buffer(settings.client_ca), code);
  if (code) return failed("client_ca_file", "give certificates that `openssl x509 -noout -text` can read");
  auto* handle = context.native_handle();
  ask_for_certificate(handle, settings.client);
  SSL_CTX_set_min_proto_version(handle, version_of(settings.least));
  SSL_CTX_set_max_proto_version(handle, version_of(settings.most));
  // Without it a session with a client's certificate could not be resumed.
  constexpr std::string_view id = "lgtmwatch";
  SSL_CTX_set_session_id_context(handle, reinterpret_cast<const unsigned char*>(id.data()), id.size());
  return tls;
}

}  // namespace lgtmwatch
