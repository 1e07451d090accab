// Pipeline: what the sandbox's Alloy does between its receivers and the backends. It counts, hands on at once, and
// keeps in bounded queues what a backend does not take, until it does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/time.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/store.hpp"

namespace lgtmwatch::sandbox {

// What keeps an exporter from sending.
struct Obstacle {
  bool sends = true;
  std::string answer;     // that its attempts get: "UNAVAILABLE", "429"; empty where it makes none
  std::size_t keeps = 0;  // exports that it leaves waiting
};

// What waits for one exporter, and what became of the rest. `requests` of the collector's queue are exports.
template <class Item>
struct Exporter {
  std::deque<std::vector<Item>> waiting;
  std::uint64_t sent = 0;     // items
  std::uint64_t dropped = 0;  // items for which the queue had no room
  std::uint64_t failed = 0;   // items that the backend refused for good
  std::uint64_t attempts_failed = 0;
  std::map<std::string, std::uint64_t> refusals;  // failed attempts by what they got for an answer
  std::size_t capacity = 1000;

  void give_up() {
    for (const auto& items : waiting) failed += items.size();
    waiting.clear();
  }
  void put(std::vector<Item> items) {
    if (waiting.size() >= capacity) dropped += items.size();
    if (waiting.size() < capacity) waiting.push_back(std::move(items));
  }
};

class Pipeline {
 public:
  Pipeline(Store& store, const Faults& faults) : store_(store), faults_(faults) {}

  void accept(const std::string& receiver, std::vector<wire::LogRecord> records);
  void accept(const std::string& receiver, std::vector<wire::Span> spans);
  void accept(const std::string& receiver, std::vector<wire::Point> points);
  // No batch processor stands before the full queue of the exporter to Tempo.
  bool refuses_spans() const;
  // What a receiver did not take: applications get 503.
  void refuse(const std::string& receiver, const std::string& signal, std::size_t items);
  // A line that a container wrote: the engine keeps it, unless its log driver does not, and loki.source.docker reads
  // it.
  void tail(const std::string& container, wire::LogEntry line);
  // As if loki.source.docker had read nothing since.
  void tailed_nothing_since(std::int64_t ns) { last_docker_ns_ = std::min(last_docker_ns_, ns); }
  // What was pushed to loki.source.api and to prometheus.receive_http.
  void push(std::vector<wire::LogStream> streams);
  void write(std::vector<wire::TimeSeries> series);
  // One line of a file that never gets another.
  void read_file(wire::LogEntry line);
  // What prometheus.scrape brings of the stack itself; jobs: job and instance.
  void scrape(WallTime now, const std::map<std::string, std::string>& jobs);
  // Gives the waiting exports to the backends that take them again.
  void drain();

  using Accepted = std::map<std::pair<std::string, std::string>, std::uint64_t>;  // by receiver and signal
  const Accepted& accepted() const { return accepted_; }
  const Accepted& refused() const { return refused_; }
  const Exporter<wire::LogRecord>& otlp_logs() const { return otlp_logs_; }
  const Exporter<wire::LogStream>& lines() const { return lines_; }
  const Exporter<wire::Span>& spans() const { return spans_; }
  const Exporter<wire::TimeSeries>& samples() const { return samples_; }
  std::uint64_t docker_entries() const { return docker_entries_; }
  std::int64_t last_docker_ns() const { return last_docker_ns_; }
  std::uint64_t samples_in() const { return samples_in_; }
  std::int64_t highest_ms() const { return highest_ms_; }            // of what was to be sent
  std::int64_t highest_sent_ms() const { return highest_sent_ms_; }  // of what Mimir took
  std::size_t samples_pending() const;

 private:
  Obstacle obstacle(const std::string& exporter) const;  // "tempo", "loki/otlp"
  bool scrapes_containers() const;
  bool tail_stands() const;
  void keep(wire::Span span);
  void keep(const wire::Labels& labels, const wire::Sample& sample);
  void discard_over_the_rate();
  void drain_samples();
  void put_series(std::vector<wire::TimeSeries> series);

  Store& store_;
  const Faults& faults_;
  Accepted accepted_;
  Accepted refused_;
  Exporter<wire::LogRecord> otlp_logs_;
  Exporter<wire::LogStream> lines_;
  Exporter<wire::Span> spans_;
  std::deque<std::vector<wire::Span>> held_back_;  // by tail sampling
  Exporter<wire::TimeSeries> samples_;
  std::uint64_t docker_entries_ = 0;
  std::int64_t last_docker_ns_ = 0;
  std::uint64_t samples_in_ = 0;
  std::int64_t highest_ms_ = 0;
  std::int64_t highest_sent_ms_ = 0;
};

}  // namespace lgtmwatch::sandbox
