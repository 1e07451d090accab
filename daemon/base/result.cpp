#include "daemon/base/result.hpp"

#include <stdexcept>
#include <utility>

namespace lgtmwatch {

Error::Error(Phase phase_, Reason reason_, std::string what_, std::string hint_)
    : phase(phase_), reason(reason_), what(std::move(what_)), hint(std::move(hint_)) {}

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::resolve: return "resolve";
    case Phase::connect: return "connect";
    case Phase::tls: return "tls";
    case Phase::write: return "write";
    case Phase::first_byte: return "first_byte";
    case Phase::read: return "read";
    case Phase::content: return "content";
  }
  return "content";
}

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::dns: return "dns";
    case Reason::refused: return "refused";
    case Reason::unreachable: return "unreachable";
    case Reason::reset: return "reset";
    case Reason::timeout: return "timeout";
    case Reason::tls: return "tls";
    case Reason::protocol: return "protocol";
    case Reason::http_status: return "http_status";
    case Reason::not_found: return "not_found";
    case Reason::auth: return "auth";
    case Reason::tenant: return "tenant";
    case Reason::limit: return "limit";
    case Reason::too_large: return "too_large";
    case Reason::parse: return "parse";
    case Reason::mismatch: return "mismatch";
    case Reason::internal: return "internal";
  }
  return "internal";
}

bool did_not_answer(const Error& error) {
  switch (error.reason) {
    case Reason::dns:
    case Reason::refused:
    case Reason::unreachable:
    case Reason::reset:
    case Reason::timeout: return true;
    default: return false;
  }
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.what);
}

}  // namespace lgtmwatch
