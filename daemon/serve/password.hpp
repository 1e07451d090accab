// Passwords and their bcrypt hashes, and what basic authentication sends. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/base/secret.hpp"

namespace lgtmwatch {

struct Credentials {
  std::string name;
  Secret password;
};

// The value of the header Authorization; nothing where it holds no credentials of basic authentication.
std::optional<Credentials> basic_credentials(std::string_view authorization);

// Takes as long as the cost of the hash says: not for the event loop.
bool fits(const Secret& password, const Secret& hash);

// A hash that fits no password, and costs as much as the costliest of these.
Secret decoy_among(const std::map<std::string, Secret>& hashes);

// In a time that tells nothing of where they differ.
bool are_same(std::string_view a, std::string_view b);

}  // namespace lgtmwatch
