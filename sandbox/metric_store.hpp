// MetricStore: what was written to the sandbox's Mimir. Pure and bounded: the oldest samples of a series give way.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "wire/labels.hpp"
#include "wire/remote_write.hpp"

namespace lgtmwatch::sandbox {

enum class Appended { yes, repeated, duplicate_timestamp, out_of_order, no_room };

struct SeriesView {
  const wire::Labels* labels = nullptr;
  std::vector<wire::Sample> samples;
};

class MetricStore {
 public:
  static constexpr std::size_t max_series = 20'000;
  static constexpr std::size_t max_samples = 2'000;  // of one series

  Appended append(const wire::Labels& labels, wire::Sample sample);
  // Series that match, with their samples in (after_ms, until_ms]; those without any are left out.
  std::vector<SeriesView> select(const wire::Selector& selector, std::int64_t after_ms, std::int64_t until_ms) const;
  // Series that match, whatever their age.
  std::vector<const wire::Labels*> series(const wire::Selector& selector) const;
  std::set<std::string> label_values(const std::string& name, const wire::Selector& selector) const;
  std::size_t samples_in(std::int64_t after_ms, std::int64_t until_ms) const;
  std::uint64_t appended() const { return appended_; }
  std::int64_t newest_ms() const { return newest_ms_; }
  std::map<std::string, std::uint64_t> discarded;  // by reason
  // Forgets the samples that are not older than `ms` in the series that match.
  void drop_since(const wire::Selector& selector, std::int64_t ms);

 private:
  std::map<wire::Labels, std::deque<wire::Sample>> series_;
  std::uint64_t appended_ = 0;
  std::int64_t newest_ms_ = 0;
};

}  // namespace lgtmwatch::sandbox
