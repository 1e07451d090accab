// PEM files by their outside: whether what is wanted is in them, whole. Only TLS itself can tell more.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lgtmwatch {

enum class PemBlock { certificate, private_key };

struct PemProblem {
  std::string what;  // goes on after "the file 'ca.pem' "
  std::string hint;
};

// Nothing where the content holds such a block from its beginning to its end, and needs no passphrase.
std::optional<PemProblem> pem_problem(std::string_view content, PemBlock wanted);

}  // namespace lgtmwatch
