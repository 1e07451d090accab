// TraceStore: what was exported to the sandbox's Tempo. Pure and bounded: the oldest traces give way.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sandbox/log_store.hpp"
#include "wire/otlp_json.hpp"

namespace lgtmwatch::sandbox {

struct Trace {
  std::string id;  // hex, 32 digits
  std::vector<wire::Span> spans;

  const wire::Span* root() const;  // null where it has not come yet
  std::int64_t start_ns() const;
  std::int64_t end_ns() const;
  bool has_service(const std::string& service) const;
};

class TraceStore {
 public:
  static constexpr std::size_t max_traces = 5'000;
  static constexpr std::size_t max_spans = 500;  // of one trace

  void add(wire::Span span);
  const Trace* find(const std::string& id) const;
  // In the order of their starts.
  std::vector<const Trace*> started_in(Window window) const;
  std::set<std::string> services(Window window) const;
  std::size_t trace_count() const { return traces_.size(); }
  std::uint64_t spans_received() const { return spans_received_; }
  // Takes a span as Tempo does that throws it away: it counts as received.
  void discard(const std::string& reason);
  const std::map<std::string, std::uint64_t>& discarded() const { return discarded_; }
  // Forgets the traces of the service that did not start before `ns`.
  void drop_since(const std::string& service, std::int64_t ns);

 private:
  std::map<std::string, Trace> traces_;
  std::deque<std::string> arrival_;
  std::uint64_t spans_received_ = 0;
  std::map<std::string, std::uint64_t> discarded_;  // by reason
};

std::string service_of(const wire::Span& span);

}  // namespace lgtmwatch::sandbox
