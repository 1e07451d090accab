#include "daemon/net/certificate_check.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr std::size_t longest_names = 200;
constexpr int ipv4_bytes = 4;

std::string text_of(const GENERAL_NAME& name) {
  int type = 0;
  const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(&name, &type));
  const auto* bytes = ASN1_STRING_get0_data(value);
  const auto size = ASN1_STRING_length(value);
  if (type == GEN_DNS) return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  if (type == GEN_IPADD && size == ipv4_bytes)
    return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
  return {};
}

// "loki.test, 127.0.0.1"
std::string names_of(const X509* certificate) {
  std::string names;
  auto* found = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(found); ++i) {
    const auto name = text_of(*sk_GENERAL_NAME_value(found, i));
    if (!name.empty()) names += (names.empty() ? "" : ", ") + name;
  }
  GENERAL_NAMES_free(found);
  return shown_text(names, longest_names);
}

bool is_mismatch(int problem) {
  return problem == X509_V_ERR_HOSTNAME_MISMATCH || problem == X509_V_ERR_IP_ADDRESS_MISMATCH;
}

std::string hint_for(int problem) {
  if (is_mismatch(problem)) return "set tls.server_name to a name that the certificate holds, or use it in the url";
  switch (problem) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "set tls.ca_file to the certificate of the authority that signed that of the component";
    case X509_V_ERR_CERT_HAS_EXPIRED: return "renew the certificate of the component";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "compare the clocks of both machines";
    default: return "check tls.ca_file, tls.server_name and the certificate of the component";
  }
}

}  // namespace

std::optional<Error> CertificateCheck::arm(TlsStream& stream, const Endpoint& endpoint) {
  name_ = endpoint.tls.server_name.empty() ? endpoint.url.host() : endpoint.tls.server_name;
  auto* handshake = stream.native_handle();
  boost::system::error_code not_numeric;
  asio::ip::make_address(name_, not_numeric);
  const bool is_name = not_numeric.failed();  // RFC 6066: no server name for addresses
  const bool taken = !is_name || SSL_set_tlsext_host_name(handshake, name_.c_str()) == 1;
  if (!taken)
    return Error(Phase::tls, Reason::internal, fmt::format("'{}' cannot be used as a TLS server name", name_));
  if (endpoint.tls.insecure_skip_verify) return std::nullopt;
  SSL_set_hostflags(handshake, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool checked = is_name ? SSL_set1_host(handshake, name_.c_str()) == 1
                               : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handshake), name_.c_str()) == 1;
  if (!checked)
    return Error(Phase::tls, Reason::internal, fmt::format("no certificate can be checked for '{}'", name_));
  stream.set_verify_callback([seen = seen_](bool accepted, asio::ssl::verify_context& context) {
    auto* store = context.native_handle();
    if (accepted || seen->problem != X509_V_OK) return accepted;
    seen->problem = X509_STORE_CTX_get_error(store);
    if (const auto* certificate = X509_STORE_CTX_get0_cert(store)) seen->names = names_of(certificate);
    return false;
  });
  return std::nullopt;
}

std::optional<Error> CertificateCheck::refusal(const Peer& peer) const {
  const auto problem = seen_->problem;
  if (problem == X509_V_OK) return std::nullopt;
  auto what = fmt::format("the TLS handshake with {} failed: certificate verify failed: {}", shown(peer),
                          X509_verify_cert_error_string(problem));
  if (is_mismatch(problem))
    what +=
        fmt::format(": it is not made for '{}', but for {}", name_, seen_->names.empty() ? "no name" : seen_->names);
  return Error(Phase::tls, Reason::tls, std::move(what), hint_for(problem));
}

}  // namespace lgtmwatch
