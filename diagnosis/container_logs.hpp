// What the stack's own containers say in their logs: evidence, and what tells causes apart that look alike from
// outside. Pure. Nothing is found where the Docker engine is not asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diagnosis/containers.hpp"

namespace lgtmwatch {

struct FoundLine {
  std::string text;
  std::string evidence;  // the command that shows it, and the line with its time
};

// The newest warning or error that holds the pattern, of the last 15 minutes; of a container that does not run, or
// that starts again and again, of those before its end.
std::optional<FoundLine> find_in_logs(const View& view, const Container* container, std::string_view pattern);
std::optional<FoundLine> find_in_logs(const View& view, Component component, std::string_view pattern);
std::optional<FoundLine> find_in_logs(const View& view, const AlloyPlan& alloy, std::string_view pattern);

// It ended, or is started again and again: Docker restarts it, or has just done so for the third time or more.
bool does_not_stay_up(const View& view, const Container& container);

// How it ended and what it said then, as evidence: its state, exit code and number of restarts, and its first line with
// "Error:" or else its last error. Nothing of a container that stays up.
void tell_how_it_ended(const View& view, const Container* container, Finding& finding);

}  // namespace lgtmwatch
