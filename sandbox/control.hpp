// The control door of the sandbox: faults by name over HTTP.
#pragma once

#include <functional>
#include <string>

#include "daemon/net/http_server.hpp"
#include "sandbox/faults.hpp"

namespace lgtmwatch::sandbox {

class Control {
 public:
  // What setting a fault does beyond being listed as active; since: how far it reaches back, 0 from now on.
  using Take = std::function<void(const std::string& fault, Duration since)>;
  using Changed = std::function<void()>;

  Control(Faults& faults, Take take, Changed changed, std::string about)
      : faults_(faults), take_(std::move(take)), changed_(std::move(changed)), about_(std::move(about)) {}

  ServerResponse answer(const ServerRequest& request);

 private:
  ServerResponse list() const;
  ServerResponse set(const std::string& fault, const ServerRequest& request);
  ServerResponse clear(const std::string& fault);
  ServerResponse clear_all();

  Faults& faults_;
  Take take_;
  Changed changed_;
  std::string about_;  // the addresses, in JSON
};

}  // namespace lgtmwatch::sandbox
