// WebPlan: how the web interface is served, from the web configuration (--web.config.file).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/server_tls.hpp"

namespace lgtmwatch {

struct WebPlan {
  std::optional<ServerTlsSettings> tls;  // plain HTTP where there is none
  std::map<std::string, Secret> users;   // with the bcrypt hash of each one's password; all may look where it is empty
  std::vector<std::pair<std::string, std::string>> headers;  // of every answer
};

}  // namespace lgtmwatch
