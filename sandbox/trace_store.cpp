#include "sandbox/trace_store.hpp"

#include <algorithm>

namespace lgtmwatch::sandbox {

std::string service_of(const wire::Span& span) { return wire::attribute(span.resource, "service.name"); }

const wire::Span* Trace::root() const {
  for (const auto& span : spans)
    if (span.parent_span_id.empty()) return &span;
  return nullptr;
}

std::int64_t Trace::start_ns() const {
  std::int64_t start = spans.front().start_ns;
  for (const auto& span : spans) start = std::min(start, span.start_ns);
  return start;
}

std::int64_t Trace::end_ns() const {
  std::int64_t end = spans.front().end_ns;
  for (const auto& span : spans) end = std::max(end, span.end_ns);
  return end;
}

bool Trace::has_service(const std::string& service) const {
  return std::any_of(spans.begin(), spans.end(), [&](const auto& span) { return service_of(span) == service; });
}

void TraceStore::add(wire::Span span) {
  ++spans_received_;
  auto& trace = traces_[span.trace_id];
  if (trace.spans.empty()) arrival_.push_back(span.trace_id);
  trace.id = span.trace_id;
  if (trace.spans.size() < max_spans) trace.spans.push_back(std::move(span));
  if (arrival_.size() <= max_traces) return;
  traces_.erase(arrival_.front());
  arrival_.pop_front();
}

void TraceStore::discard(const std::string& reason) {
  ++spans_received_;
  ++discarded_[reason];
}

const Trace* TraceStore::find(const std::string& id) const {
  const auto found = traces_.find(id);
  return found == traces_.end() ? nullptr : &found->second;
}

std::vector<const Trace*> TraceStore::started_in(Window window) const {
  std::vector<const Trace*> found;
  for (const auto& [id, trace] : traces_)
    if (window.holds(trace.start_ns())) found.push_back(&trace);
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->start_ns() < b->start_ns(); });
  return found;
}

std::set<std::string> TraceStore::services(Window window) const {
  std::set<std::string> services;
  for (const auto* trace : started_in(window))
    for (const auto& span : trace->spans) services.insert(service_of(span));
  return services;
}

void TraceStore::drop_since(const std::string& service, std::int64_t ns) {
  for (auto one = traces_.begin(); one != traces_.end();) {
    const bool drop = one->second.has_service(service) && one->second.start_ns() >= ns;
    if (drop) arrival_.erase(std::remove(arrival_.begin(), arrival_.end(), one->first), arrival_.end());
    one = drop ? traces_.erase(one) : std::next(one);
  }
}

}  // namespace lgtmwatch::sandbox
