#include "daemon/serve/password.hpp"

#include <crypt.h>

#include <algorithm>
#include <memory>

#include "daemon/base/base64.hpp"
#include "daemon/base/lower_case.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t settings_length = 7;  // "$2y$10$"
constexpr std::string_view scheme = "basic ";

std::string_view cost_in(const Secret& hash) { return std::string_view(hash.reveal()).substr(4, 2); }

}  // namespace

std::optional<Credentials> basic_credentials(std::string_view authorization) {
  if (lower_case(authorization.substr(0, scheme.size())) != scheme) return std::nullopt;
  const auto text = from_base64(authorization.substr(scheme.size()));
  const auto colon = text ? text->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{text->substr(0, colon), Secret(text->substr(colon + 1))};
}

bool fits(const Secret& password, const Secret& hash) {
  const auto scratch = std::make_unique<crypt_data>();
  const char* made = crypt_r(password.reveal().c_str(), hash.reveal().c_str(), scratch.get());
  // crypt(3) would see nothing behind a zero.
  const bool is_whole = password.reveal().find('\0') == std::string::npos;
  return made && are_same(made, hash.reveal()) && is_whole;
}

Secret decoy_among(const std::map<std::string, Secret>& hashes) {
  if (hashes.empty()) return Secret();
  const auto costliest = std::max_element(
      hashes.begin(), hashes.end(), [](const auto& a, const auto& b) { return cost_in(a.second) < cost_in(b.second); });
  // A salt and, in place of a sum, what bcrypt never gives: its last letter has two bits only.
  return Secret(costliest->second.reveal().substr(0, settings_length) + std::string(53, '/'));
}

bool are_same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  return difference == 0;
}

}  // namespace lgtmwatch
