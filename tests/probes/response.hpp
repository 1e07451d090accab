// An answer by hand.
#pragma once

#include <string>

#include "daemon/net/http.hpp"

namespace lgtmwatch {

inline HttpResponse response(int status, std::string_view body) {
  HttpResponse made;
  made.status = status;
  made.body = std::string(body);
  return made;
}

}  // namespace lgtmwatch
