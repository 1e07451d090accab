#include "daemon/serve/responses.hpp"

#include <boost/json/serialize.hpp>

namespace lgtmwatch {

ServerResponse json_response(const boost::json::value& value, int status) {
  return {status, json_type, boost::json::serialize(value) + "\n"};
}

}  // namespace lgtmwatch
