// What goes wrong at the exporters of one Alloy, as its figures tell. Pure.
//
// An exporter that retries counts neither sent nor failed for minutes (five for the collector's, eight and a half for
// loki.write): it is in trouble when it sends nothing while something waits, and its attempts fail or it has stood
// still for two readings. A remote write counts attempts as samples, so only what is left without failures was sent.
#pragma once

#include <string>
#include <vector>

#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {

enum class Trouble {
  unreachable,  // no connection, time-outs, 5xx
  auth,         // 401, 403
  path,         // 404, unimplemented
  limit,        // 429
  too_large,    // a gRPC message above what the backend takes, beside others that go out
  reject,       // other refusals for good
  full,         // the queue has no room, and nothing is known of the attempts
  filling,      // nothing is lost yet, but the queue is nearly full
  stalled,      // a remote write that has stopped reading its log
};

struct ExporterTrouble {
  std::string exporter;
  Signal signal = Signal::metrics;
  Trouble trouble = Trouble::unreachable;
  bool sends_some = false;      // other items go out meanwhile
  bool drops = false;           // the queue is full: what comes is lost at once
  bool has_just_begun = false;  // nothing failed in the minutes before the newest reading
  std::string sentence;         // with the exporter and its figures
};

std::vector<ExporterTrouble> exporter_troubles(const Pipeline& pipeline);

}  // namespace lgtmwatch
