#include "daemon/serve/families.hpp"

#include <prometheus/text_serializer.h>

#include <cmath>

namespace lgtmwatch {
namespace {

prometheus::ClientMetric sample_with(Labels labels) {
  prometheus::ClientMetric sample;
  for (auto& [name, value] : labels) sample.label.push_back({std::move(name), std::move(value)});
  return sample;
}

}  // namespace

prometheus::MetricFamily& Families::family(const std::string& name, const char* help, prometheus::MetricType type) {
  const auto [place, is_new] = by_name_.emplace(name, families_.size());
  if (is_new) {
    const auto full = name.starts_with("process_") ? name : "lgtmwatch_" + name;
    families_.push_back({full, help, type, {}});
  }
  return families_[place->second];
}

void Families::gauge(const std::string& name, const char* help, Labels labels, double value) {
  if (!std::isfinite(value)) return;
  auto sample = sample_with(std::move(labels));
  sample.gauge.value = value;
  family(name, help, prometheus::MetricType::Gauge).metric.push_back(std::move(sample));
}

void Families::counter(const std::string& name, const char* help, Labels labels, double value) {
  auto sample = sample_with(std::move(labels));
  sample.counter.value = value;
  family(name, help, prometheus::MetricType::Counter).metric.push_back(std::move(sample));
}

void Families::add_histogram(const std::string& name, const char* help, Labels labels,
                             prometheus::ClientMetric::Histogram histogram) {
  auto sample = sample_with(std::move(labels));
  sample.histogram = std::move(histogram);
  family(name, help, prometheus::MetricType::Histogram).metric.push_back(std::move(sample));
}

std::string Families::text() const { return prometheus::TextSerializer().Serialize(families_); }

}  // namespace lgtmwatch
