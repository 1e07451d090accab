// Faults: which of the known faults are switched on. A fault is written NAME or NAME:TARGET.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lgtmwatch::sandbox {

struct FaultKind {
  std::string_view name;
  std::string_view sentence;
  std::vector<std::string_view> targets;  // empty where it takes none
  bool needs_target = true;               // where it takes one
};

const std::vector<FaultKind>& known_faults();

// What is wrong with the text, naming what would be right; nothing where it is a fault.
std::optional<std::string> problem_of_fault(std::string_view text);

// Whether the application does not send the signal (metrics, logs or traces) any more while the fault is on.
bool silences(std::string_view fault, std::string_view signal);

class Faults {
 public:
  std::optional<std::string> set(std::string_view text);  // the problem, where there is one
  bool clear(const std::string& text) { return active_.erase(text) > 0; }
  void clear_all() { active_.clear(); }
  // True where the fault is on for the target, or for all targets.
  bool on(std::string_view name, std::string_view target = {}) const;
  const std::set<std::string>& active() const { return active_; }
  // True where the backend (loki, tempo or mimir) takes no requests at all.
  bool unreachable(std::string_view backend) const;
  // True where the backend answers reads without a tenant with 401.
  bool asks_for_tenant(std::string_view backend) const;

 private:
  std::set<std::string> active_;
};

}  // namespace lgtmwatch::sandbox
