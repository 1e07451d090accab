#include "daemon/ledger/tally_text.hpp"

#include <boost/json/serialize.hpp>
#include <cmath>
#include <utility>

#include "daemon/base/json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::array all_reads{CanaryRead::query, CanaryRead::id, CanaryRead::search, CanaryRead::grafana};

json::object histogram_json(const CanaryHistogram& histogram) {
  json::object out;
  out["counts"] = json::array(histogram.counts.begin(), histogram.counts.end());
  out["count"] = histogram.count;
  out["sum"] = histogram.sum;
  return out;
}

Result<std::uint64_t> as_count(const JsonPath& value) {
  const auto number = value.number();
  if (!number) return number.error();
  if (*number < 0 || std::floor(*number) != *number)
    return Error(Phase::content, Reason::parse, value.path() + ": expected a count");
  return static_cast<std::uint64_t>(*number);
}

Result<std::uint64_t> count_at(const JsonPath& parent, std::string_view key) {
  const auto member = parent.member(key);
  if (!member) return member.error();
  return as_count(*member);
}

Result<void> read_counts(const JsonPath& counts, CanaryHistogram& histogram) {
  const auto size = counts.array_size();
  if (!size) return size.error();
  if (*size != histogram.counts.size())
    return Error(Phase::content, Reason::parse, counts.path() + ": expected as many counts as there are buckets");
  for (std::size_t i = 0; i < *size; ++i) {
    const auto element = counts.element(i);
    const auto count = element ? as_count(*element) : Result<std::uint64_t>(element.error());
    if (!count) return count.error();
    histogram.counts[i] = *count;
  }
  return {};
}

Result<CanaryHistogram> histogram_at(const JsonPath& parent, std::string_view key) {
  const auto value = parent.member(key);
  if (!value) return value.error();
  const auto counts = value->member("counts");
  if (!counts) return counts.error();
  const auto count = count_at(*value, "count");
  if (!count) return count.error();
  const auto sum = value->member("sum");
  const auto seconds = sum ? sum->number() : Result<double>(sum.error());
  if (!seconds) return seconds.error();
  CanaryHistogram histogram;
  const auto read = read_counts(*counts, histogram);
  if (!read) return read.error();
  histogram.count = *count;
  histogram.sum = *seconds;
  return histogram;
}

Result<void> read_outcomes(const JsonPath& root, CanaryTally& tally) {
  const auto outcomes = root.member("outcomes");
  if (!outcomes) return outcomes.error();
  for (const auto outcome : all_canary_outcomes) {
    const auto count = count_at(*outcomes, to_string(outcome));
    if (!count) return count.error();
    tally[outcome] = *count;
  }
  return {};
}

Result<void> read_histograms(const JsonPath& root, CanaryTally& tally) {
  const auto write_seconds = histogram_at(root, "write_seconds");
  if (!write_seconds) return write_seconds.error();
  tally.write_seconds = *write_seconds;
  const auto visible = root.member("visible_seconds");
  if (!visible) return visible.error();
  for (const auto read : all_reads) {
    if (!visible->find(to_string(read))) continue;
    const auto histogram = histogram_at(*visible, to_string(read));
    if (!histogram) return histogram.error();
    tally.visible_seconds[read] = *histogram;
  }
  return {};
}

Result<CanaryLookCounts> look_at(const JsonPath& counts) {
  CanaryLookCounts read;
  for (const auto result : all_canary_look_results) {
    const auto count = count_at(counts, to_string(result));
    if (!count) return count.error();
    read[result] = *count;
  }
  return read;
}

Result<void> read_looks(const JsonPath& root, CanaryTally& tally) {
  if (!root.find("looks")) return {};
  const auto looks = root.member("looks");
  const auto* all = looks->value().if_object();
  if (!all) return Error(Phase::content, Reason::parse, looks->path() + ": expected an object");
  for (const auto& entry : *all) {
    const auto counts = look_at(*looks->member(entry.key()));
    if (!counts) return counts.error();
    tally.looks[std::string(entry.key())] = *counts;
  }
  return {};
}

// What versions before this one did not keep.
Result<std::uint64_t> newer_count_at(const JsonPath& parent, std::string_view key) {
  return parent.find(key) ? count_at(parent, key) : Result<std::uint64_t>(0);
}

json::object looks_json(const CanaryTally& tally) {
  json::object looks;
  for (const auto& [name, counts] : tally.looks) {
    json::object look;
    for (const auto result : all_canary_look_results) look[to_string(result)] = counts[result];
    looks[name] = std::move(look);
  }
  return looks;
}

}  // namespace

std::string tally_text(const CanaryTally& tally) {
  json::object outcomes;
  for (const auto outcome : all_canary_outcomes) outcomes[to_string(outcome)] = tally[outcome];
  json::object visible;
  for (const auto& [read, histogram] : tally.visible_seconds) visible[to_string(read)] = histogram_json(histogram);
  json::object out;
  out["written"] = tally.written;
  out["bytes"] = tally.bytes;
  out["adopted"] = tally.adopted;
  out["series"] = tally.series;
  out["reads"] = tally.reads;
  out["looks"] = looks_json(tally);
  out["outcomes"] = std::move(outcomes);
  out["write_seconds"] = histogram_json(tally.write_seconds);
  out["visible_seconds"] = std::move(visible);
  return json::serialize(out);
}

Result<CanaryTally> parse_tally(std::string_view text) {
  const auto document = parse_json(text);
  if (!document) return document.error();
  const JsonPath root(*document);
  const auto written = count_at(root, "written");
  if (!written) return written.error();
  const auto bytes = count_at(root, "bytes");
  if (!bytes) return bytes.error();
  const auto adopted = newer_count_at(root, "adopted");
  if (!adopted) return adopted.error();
  const auto series = newer_count_at(root, "series");
  if (!series) return series.error();
  const auto reads = newer_count_at(root, "reads");
  if (!reads) return reads.error();
  CanaryTally tally;
  tally.written = *written;
  tally.bytes = *bytes;
  tally.adopted = *adopted;
  tally.series = *series;
  tally.reads = *reads;
  const auto outcomes = read_outcomes(root, tally);
  if (!outcomes) return outcomes.error();
  const auto histograms = read_histograms(root, tally);
  if (!histograms) return histograms.error();
  const auto looks = read_looks(root, tally);
  if (!looks) return looks.error();
  return tally;
}

}  // namespace lgtmwatch
