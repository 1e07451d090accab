// Families: collects samples by family and writes them as prometheus-cpp does. Used by metrics.cpp.
#pragma once

#include <prometheus/metric_family.h>

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lgtmwatch {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Families {
 public:
  // Names without the prefix lgtmwatch_, which is added but for process_*. What is not a number is left out.
  void gauge(const std::string& name, const char* help, Labels labels, double value);
  void counter(const std::string& name, const char* help, Labels labels, double value);
  template <class Histogram>  // of daemon/model/histogram.hpp
  void histogram(const std::string& name, const char* help, Labels labels, const Histogram& observed) {
    prometheus::ClientMetric::Histogram histogram;
    histogram.sample_count = observed.count;
    histogram.sample_sum = observed.sum;
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < Histogram::bounds.size(); ++i) {
      cumulative += observed.counts[i];
      histogram.bucket.push_back({cumulative, Histogram::bounds[i]});
    }
    add_histogram(name, help, std::move(labels), std::move(histogram));
  }
  std::string text() const;

 private:
  void add_histogram(const std::string& name, const char* help, Labels labels,
                     prometheus::ClientMetric::Histogram histogram);
  prometheus::MetricFamily& family(const std::string& name, const char* help, prometheus::MetricType type);

  std::vector<prometheus::MetricFamily> families_;
  std::map<std::string, std::size_t> by_name_;
};

}  // namespace lgtmwatch
