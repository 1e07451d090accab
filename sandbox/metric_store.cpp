#include "sandbox/metric_store.hpp"

#include <algorithm>

namespace lgtmwatch::sandbox {

Appended MetricStore::append(const wire::Labels& labels, wire::Sample sample) {
  auto found = series_.find(labels);
  if (found == series_.end() && series_.size() >= max_series) return Appended::no_room;
  if (found == series_.end()) found = series_.try_emplace(labels).first;
  auto& samples = found->second;
  if (!samples.empty() && samples.back().ms == sample.ms)
    return samples.back().value == sample.value ? Appended::repeated : Appended::duplicate_timestamp;
  if (!samples.empty() && samples.back().ms > sample.ms) return Appended::out_of_order;
  samples.push_back(sample);
  if (samples.size() > max_samples) samples.pop_front();
  newest_ms_ = std::max(newest_ms_, sample.ms);
  ++appended_;
  return Appended::yes;
}

std::vector<SeriesView> MetricStore::select(const wire::Selector& selector, std::int64_t after_ms,
                                            std::int64_t until_ms) const {
  std::vector<SeriesView> found;
  for (const auto& [labels, samples] : series_) {
    if (!wire::matches(selector, labels)) continue;
    SeriesView view;
    view.labels = &labels;
    for (const auto& sample : samples)
      if (sample.ms > after_ms && sample.ms <= until_ms) view.samples.push_back(sample);
    if (!view.samples.empty()) found.push_back(std::move(view));
  }
  return found;
}

std::vector<const wire::Labels*> MetricStore::series(const wire::Selector& selector) const {
  std::vector<const wire::Labels*> found;
  for (const auto& [labels, samples] : series_)
    if (wire::matches(selector, labels)) found.push_back(&labels);
  return found;
}

std::set<std::string> MetricStore::label_values(const std::string& name, const wire::Selector& selector) const {
  std::set<std::string> values;
  for (const auto* labels : series(selector))
    if (const auto found = labels->find(name); found != labels->end()) values.insert(found->second);
  return values;
}

std::size_t MetricStore::samples_in(std::int64_t after_ms, std::int64_t until_ms) const {
  std::size_t count = 0;
  for (const auto& view : select(wire::Selector(), after_ms, until_ms)) count += view.samples.size();
  return count;
}

void MetricStore::drop_since(const wire::Selector& selector, std::int64_t ms) {
  for (auto one = series_.begin(); one != series_.end();) {
    auto& samples = one->second;
    while (wire::matches(selector, one->first) && !samples.empty() && samples.back().ms >= ms) samples.pop_back();
    one = samples.empty() ? series_.erase(one) : std::next(one);
  }
}

}  // namespace lgtmwatch::sandbox
