// The sandbox's Alloy: readiness, metrics and the components API over the figures of the pipeline.
#pragma once

#include <boost/json/array.hpp>
#include <map>
#include <string>

#include "daemon/base/clock.hpp"
#include "daemon/net/http_server.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/pipeline.hpp"

namespace lgtmwatch::sandbox {

// By the names loki, tempo, mimir, alloy, backend and mobile-http: "127.0.0.1:3100".
using Addresses = std::map<std::string, std::string>;

class Alloy {
 public:
  Alloy(const Pipeline& pipeline, const Faults& faults, const Clock& clock, const Addresses& addresses);
  ServerResponse answer(const ServerRequest& request);

 private:
  ServerResponse healthy();
  ServerResponse metrics();
  ServerResponse components();
  ServerResponse component(std::string_view id);
  boost::json::object with_live_parts(boost::json::object component) const;
  void take_outputs(boost::json::object& component) const;
  void set_scraping(boost::json::value& targets) const;
  void set_tailing(boost::json::value& target) const;
  bool unhealthy(std::string_view id) const;
  bool tails_nothing(std::string_view id) const;

  const Pipeline& pipeline_;
  const Faults& faults_;
  const Clock& clock_;
  std::int64_t started_;
  std::string metrics_text_;       // the recorded one with the addresses of this sandbox
  boost::json::array components_;  // with arguments, exports and debug information
};

}  // namespace lgtmwatch::sandbox
