// Changes: what data faults and restarts change in the answers of the doors, in one place for all components.
#pragma once

#include <map>
#include <string>

#include "daemon/base/clock.hpp"
#include "sandbox/door.hpp"
#include "sandbox/faults.hpp"

namespace lgtmwatch::sandbox {

class Changes {
 public:
  Changes(const Faults& faults, const Clock& clock) : faults_(faults), clock_(clock) {}

  // The answer of a door: the component's own, or what stands in its place, with the clock of the door in Date.
  ServerResponse answer(const std::string& door, const ServerRequest& request, const Answer& component) const;
  // The process behind the door begins anew: its counters with 0, its start with now. `metrics`: what it shows now.
  void restart(const std::string& door, std::string_view metrics);

 private:
  struct Life {
    WallTime since{};
    std::map<std::string, double> before;  // counters by series, as they were when it began
  };

  ServerResponse changed(const std::string& door, const ServerRequest& request, const Answer& component) const;
  std::string with_figures(const std::string& door, std::string body) const;
  const Life* life_of(const std::string& door) const;

  const Faults& faults_;
  const Clock& clock_;
  std::map<std::string, Life> lives_;  // of doors whose process was restarted
};

}  // namespace lgtmwatch::sandbox
