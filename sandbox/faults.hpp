// Faults: which of the known faults are switched on. A fault is written NAME or NAME:TARGET.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/data_fault.hpp"

namespace lgtmwatch::sandbox {

struct FaultKind {
  std::string name;
  std::string sentence;
  std::vector<std::string> targets;  // empty where it takes none
  bool needs_target = true;          // where it takes one
};

// Those that are code, and those that are files of faults/.

const std::vector<FaultKind>& known_faults();

// What is wrong with the text, naming what would be right; nothing where it is a fault.
std::optional<std::string> problem_of_fault(std::string_view text);

struct ActiveFault {
  WallTime since{};
  std::shared_ptr<const DataFault> data;  // null where it is code
};

class Faults {
 public:
  using Active = std::map<std::string, ActiveFault, std::less<>>;  // by NAME or NAME:TARGET

  // The problem, where there is one; since: when it began.
  std::optional<std::string> set(std::string_view text, WallTime since);
  bool clear(const std::string& text) { return active_.erase(text) > 0; }
  void clear_all() { active_.clear(); }
  // True where the fault is on for the target, or for all targets.
  bool on(std::string_view name, std::string_view target = {}) const;
  const Active& active() const { return active_; }
  // Whether the application does not send the signal (metrics, logs or traces) any more, because of this fault.
  bool silences(std::string_view fault, std::string_view signal) const;
  bool silence(std::string_view signal) const;
  // What the attempts of Alloy's exporter to the backend end with; empty where they succeed.
  std::string outcome_of_attempts(std::string_view backend) const;
  // "refusing", "hanging", "hanging_up", "expecting_tls"; empty where no file says it.
  std::string state_of_door(std::string_view door) const;
  // True where the backend (loki, tempo or mimir) takes no requests at all.
  bool unreachable(std::string_view backend) const;
  // True where the backend answers reads without a tenant with 401.
  bool asks_for_tenant(std::string_view backend) const;

 private:
  Active active_;
};

}  // namespace lgtmwatch::sandbox
