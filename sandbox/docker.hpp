// The sandbox's Docker engine behind a read-only socket proxy: what it answers about containers, as an engine 20.10
// does; the proxy refuses all else.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "daemon/base/clock.hpp"
#include "daemon/net/http_server.hpp"
#include "sandbox/docker_containers.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/log_store.hpp"

namespace lgtmwatch::sandbox {

class Docker {
 public:
  // lines: of containers, in streams with the one label container.
  Docker(const LogStore& lines, const Faults& faults, const Clock& clock);
  ServerResponse answer(const ServerRequest& request) const;

 private:
  ServerResponse answer_from_engine(std::string_view path, const ServerRequest& request) const;
  ServerResponse list(const ServerRequest& request) const;
  ServerResponse logs(const boost::json::object& container, const ServerRequest& request) const;
  DockerTimes times() const;
  WallTime newest_line(const std::string& container) const;

  const LogStore& lines_;
  const Faults& faults_;
  const Clock& clock_;
  WallTime started_;
};

}  // namespace lgtmwatch::sandbox
