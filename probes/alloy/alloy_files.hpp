// alloy_scraper of receivers that are files: which loki.source.file reads the file, and which files it tails for it.
//
// Asks GET /api/v0/web/components, then …/components/ID of at most 64 loki.source.file and local.file_match. A source
// is given paths (or patterns, where its own file_match block is enabled); a local.file_match before it has the
// patterns from which they came, which tell what it would read where no file is there. Components inside of modules are
// not in the list: where there are modules and nothing reads the file, that is an error of the probe, no finding.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/probe.hpp"

namespace lgtmwatch {

// A loki.source.file or a local.file_match.
struct FileComponent {
  std::string id;
  std::vector<std::string> given;    // the paths, or patterns, of its targets
  bool finds_files = false;          // they are patterns
  std::vector<TailedTarget> tailed;  // of a source
};

Result<FileComponent> parse_file_component(std::string id, std::string_view body);

// What reads the file, out of all of them and the graph that leads from one to another.
AlloyScraper scraper_of_file(const std::string& file, const std::vector<FileComponent>& components,
                             const std::vector<GraphEdge>& graph);

Probes make_alloy_files(const StackPlan& stack);

}  // namespace lgtmwatch
