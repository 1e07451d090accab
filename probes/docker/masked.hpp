// Text of strangers' logs without what may be a secret in it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace lgtmwatch {

// Replaced by "***": user and password in front of a host, what follows Bearer and Basic, the value of anything that is
// called authorization, password, secret, token, key of an API, cookie or signature, and what looks like a JWT. One
// line; takes rather too much than too little.
std::string without_secrets(std::string_view line);

}  // namespace lgtmwatch
