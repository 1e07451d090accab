// ProbeHistory: the last runs of a probe, and its last failures, which are kept when good runs have long taken their
// place. Kept by the store beside the facts, shown by daemon/serve. Pure.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "daemon/model/run_record.hpp"

namespace lgtmwatch {

// What is kept of a run: without what it found, and of a good one without the bodies.
struct PastRun {
  WallTime at{};
  Duration took{};
  bool good = false;
  std::optional<Error> failure;  // a run that is not good and has none found bad news
  std::vector<Exchange> exchanges;
  std::size_t left_out = 0;  // exchanges that are not kept
};

PastRun past_run(const RunRecord& run);

// Of one probe; the bytes are those of its runs and of its failures together.
struct HistoryLimits {
  std::size_t runs = 10;
  std::size_t failures = 10;
  std::size_t bytes = std::size_t{32} << 10;
};

// What one of so many probes may take, so that all of them stay within 64 MiB.
HistoryLimits limits_for(std::size_t probes);

struct ProbeHistory {
  std::vector<std::shared_ptr<const PastRun>> runs;  // the newest first, as all that follows
  std::vector<std::shared_ptr<const PastRun>> failures;
};

// before may be null. What is beyond the limits is left out, the oldest first; the newest run is always kept.
std::shared_ptr<const ProbeHistory> remember(const ProbeHistory* before, const RunRecord& run, HistoryLimits limits);

}  // namespace lgtmwatch
