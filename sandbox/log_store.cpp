#include "sandbox/log_store.hpp"

#include <algorithm>

namespace lgtmwatch::sandbox {
namespace {

bool earlier(const wire::LogEntry& a, const wire::LogEntry& b) { return a.ns < b.ns; }

bool same(const wire::LogEntry& a, const wire::LogEntry& b) {
  return a.ns == b.ns && a.line == b.line && a.metadata == b.metadata;
}

}  // namespace

Stored LogStore::add(const wire::Labels& labels, wire::LogEntry entry) {
  auto found = streams_.find(labels);
  if (found == streams_.end() && streams_.size() >= max_streams) return Stored::no_room;
  if (found == streams_.end()) found = streams_.try_emplace(labels).first;
  auto& entries = found->second;
  if (!entries.empty() && same(entries.back(), entry)) return Stored::duplicate;
  entries.insert(std::upper_bound(entries.begin(), entries.end(), entry, earlier), std::move(entry));
  if (entries.size() > max_entries) entries.pop_front();
  return Stored::yes;
}

std::vector<LogHit> LogStore::select(const wire::Selector& selector, Window window, std::size_t limit, bool newest,
                                     std::string_view part) const {
  std::vector<LogHit> hits;
  for (const auto& [labels, entries] : streams_) {
    if (!wire::matches(selector, labels)) continue;
    for (const auto& entry : entries)
      if (window.holds(entry.ns) && entry.line.find(part) != std::string::npos) hits.push_back(LogHit{&labels, &entry});
  }
  std::stable_sort(hits.begin(), hits.end(), [newest](const LogHit& a, const LogHit& b) {
    return newest ? a.entry->ns > b.entry->ns : a.entry->ns < b.entry->ns;
  });
  if (hits.size() > limit) hits.resize(limit);
  return hits;
}

std::vector<const wire::Labels*> LogStore::streams(const wire::Selector& selector, Window window) const {
  std::vector<const wire::Labels*> found;
  for (const auto& [labels, entries] : streams_) {
    const bool fresh = std::any_of(entries.begin(), entries.end(), [&](const auto& e) { return window.holds(e.ns); });
    if (fresh && wire::matches(selector, labels)) found.push_back(&labels);
  }
  return found;
}

std::set<std::string> LogStore::label_names() const {
  std::set<std::string> names;
  for (const auto& [labels, entries] : streams_)
    for (const auto& [name, value] : labels) names.insert(name);
  return names;
}

std::set<std::string> LogStore::label_values(const std::string& name) const {
  std::set<std::string> values;
  for (const auto& [labels, entries] : streams_)
    if (const auto found = labels.find(name); found != labels.end()) values.insert(found->second);
  return values;
}

void LogStore::drop_since(const wire::Selector& selector, std::int64_t ns) {
  for (auto stream = streams_.begin(); stream != streams_.end();) {
    auto& entries = stream->second;
    if (wire::matches(selector, stream->first))
      entries.erase(std::remove_if(entries.begin(), entries.end(), [ns](const auto& e) { return e.ns >= ns; }),
                    entries.end());
    stream = entries.empty() ? streams_.erase(stream) : std::next(stream);
  }
}

}  // namespace lgtmwatch::sandbox
