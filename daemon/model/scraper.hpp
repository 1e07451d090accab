// What a scraper of logs was given to read, and what it reads.
#pragma once

#include <string>
#include <vector>

namespace lgtmwatch {

struct TailedTarget {
  std::string id;  // of the container, or the path of the file
  std::string last_error;
  bool running = false;
  std::string read_offset;
};

// A target of a prometheus.scrape, as its debug information describes it.
struct ScrapeTarget {
  std::string url;
  std::string job;     // its label
  std::string health;  // "up", "down", "unknown" before it was scraped first
  std::string last_error;
};

// A scraper of logs, as its own component describes it.
struct AlloyScraper {
  std::size_t targets = 0;        // that it was given
  std::size_t container_ids = 0;  // of them with __meta_docker_container_id
  std::vector<TailedTarget> tailed;
  // Of a receiver that is a file:
  std::vector<std::string> read_by{};  // ids of the loki.source.file that are given it
  bool reads_others = false;           // they are given other files too
  std::vector<std::string> instead{};  // where none is: what there is, "loki.source.file.files reads /var/log/*.log"
};

}  // namespace lgtmwatch
