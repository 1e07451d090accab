// Result and Error: how every room reports failure to the next.
//
// A fallible function returns Result<T>. Exceptions stay inside a room (bugs, construction in main).
// Error says which step of the exchange failed (Phase), as which kind of failure the contract counts it
// (Reason, the label of lgtmwatch_probe_failures_total), and in one sentence what happened and what to do.
#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace lgtmwatch {

// A step of one exchange with a component. Not to be confused with a stage, which is a step of a path.
enum class Phase { resolve, connect, tls, write, first_byte, read, content };

// The closed list of the contract.
enum class Reason {
  dns,
  refused,
  unreachable,
  reset,
  timeout,
  tls,
  protocol,
  http_status,
  not_found,
  auth,
  tenant,
  limit,
  too_large,
  parse,
  mismatch,
  internal,
};

inline constexpr std::array all_reasons{
    Reason::dns,       Reason::refused,     Reason::unreachable, Reason::reset,    Reason::timeout, Reason::tls,
    Reason::protocol,  Reason::http_status, Reason::not_found,   Reason::auth,     Reason::tenant,  Reason::limit,
    Reason::too_large, Reason::parse,       Reason::mismatch,    Reason::internal,
};

std::string_view to_string(Phase phase);
std::string_view to_string(Reason reason);

struct Error {
  Error() = default;  // boost::system::result asks for it; made nowhere else
  Error(Phase phase_, Reason reason_, std::string what_, std::string hint_ = {});

  Phase phase = Phase::content;
  Reason reason = Reason::internal;
  std::string what;  // one sentence: what happened, where, what was found
  std::string hint;  // how to mend it; may be empty
};

// True where nothing was heard from the component at all: it did not answer, rather than answered badly.
bool did_not_answer(const Error& error);

template <class T>
using Result = boost::system::result<T, Error>;

// What Result::value() throws on an error; only tests and main call value().
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& location);

}  // namespace lgtmwatch
