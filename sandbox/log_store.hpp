// LogStore: what was pushed to the sandbox's Loki. Pure and bounded: the oldest entries of a stream give way.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "wire/labels.hpp"
#include "wire/loki_push.hpp"

namespace lgtmwatch::sandbox {

// A span of Unix nanoseconds: from inclusive, to exclusive.
struct Window {
  std::int64_t from = 0;
  std::int64_t to = 0;
  bool holds(std::int64_t ns) const { return ns >= from && ns < to; }
};

struct LogHit {
  const wire::Labels* labels = nullptr;
  const wire::LogEntry* entry = nullptr;
};

enum class Stored { yes, duplicate, no_room };

// What came in over one of Loki's doors, accepted or not.
struct Received {
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  void count(const wire::LogEntry& entry) {
    ++lines;
    bytes += entry.line.size();
  }
};

class LogStore {
 public:
  static constexpr std::size_t max_streams = 1000;
  static constexpr std::size_t max_entries = 10'000;  // of one stream

  Stored add(const wire::Labels& labels, wire::LogEntry entry);
  // The newest (or oldest) entries of all streams that match, at most `limit`; of lines that hold `part`.
  std::vector<LogHit> select(const wire::Selector& selector, Window window, std::size_t limit, bool newest,
                             std::string_view part = {}) const;
  std::vector<const wire::Labels*> streams(const wire::Selector& selector, Window window) const;
  std::set<std::string> label_names() const;  // of all streams, whatever their age, as Loki's ingesters answer
  std::set<std::string> label_values(const std::string& name) const;
  std::size_t stream_count() const { return streams_.size(); }
  // Forgets what is not older than `ns` in the streams that match.
  void drop_since(const wire::Selector& selector, std::int64_t ns);

  std::map<std::string, std::uint64_t> discarded;  // by reason
  Received by_push;
  Received by_otlp;

 private:
  std::map<wire::Labels, std::deque<wire::LogEntry>> streams_;  // entries in the order of time
};

}  // namespace lgtmwatch::sandbox
