// The probe of an id, STACK/PROBE/TARGET, in a snapshot. For the JSON and the pages of probes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/status/store.hpp"

namespace lgtmwatch {

std::string probe_id(const StackPlan& stack, const ProbeFacts& probe);

// Refers to the snapshot.
struct FoundProbe {
  const ProbeFacts* facts = nullptr;
  const ProbeHistory* history = nullptr;  // null before the first run
};

std::optional<FoundProbe> find_probe(const Snapshot& snapshot, std::string_view id);

}  // namespace lgtmwatch
