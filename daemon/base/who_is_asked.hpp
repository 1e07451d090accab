// Who answers at an endpoint: the address and the tenant. The same as long as the same is asked.
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/endpoint.hpp"

namespace lgtmwatch {

inline std::string who_is_asked(const Endpoint& endpoint) {
  constexpr std::string_view tenant_header = "X-Scope-OrgID";
  auto asked = endpoint.url.text();
  for (const auto& header : endpoint.headers)
    if (header.name == tenant_header) asked += " " + header.value.reveal();
  return asked;
}

}  // namespace lgtmwatch
