// What Docker has of a container's lines, compared with what Loki has of them. Pure.
//
// Only of expectations whose lines a loki.source.docker reads, and where the Docker engine is asked (docker_lines).
#pragma once

#include <optional>
#include <string>

#include "diagnosis/view.hpp"

namespace lgtmwatch {

struct ScrapedLines {
  std::optional<WallTime> newest;  // at the engine; absent: the container has no line
  std::string refusal;             // why the engine cannot read the log; empty where it can
  std::optional<WallTime>
      in_loki;                    // of the expectation's newest record, or of the begin of the window where it has none
  bool is_known_to_loki = false;  // in_loki is of a record
  std::optional<WallTime> first_missing;  // the first line that was seen at the engine and is newer than Loki's
  // Loki lacks what the engine has had for longer than max_age and two intervals.
  bool is_missing = false;
  // Nobody has looked for so long, but the silence is a fault, and Loki's newest record is older by that than a line
  // that the engine has. A single look can see no more.
  bool may_be_missing = false;
};

// Nothing where the engine does not tell, or has no such container.
std::optional<ScrapedLines> scraped_lines(const View& view, const Expectation& expectation);

// Loki refuses nothing but entries that are too old, Alloy drops them, and nothing is missing: each way of logs brings
// young records, or may be idle, or Loki has all that the engine has. A log is read again after its position was lost,
// or the last batch of a container that logs nothing is sent again; neither loses anything.
bool is_only_sent_again(const View& view);

}  // namespace lgtmwatch
