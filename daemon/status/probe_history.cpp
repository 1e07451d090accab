#include "daemon/status/probe_history.hpp"

#include <algorithm>

namespace lgtmwatch {
namespace {

constexpr std::size_t kept_exchanges = 4;
constexpr std::size_t kept_of_a_command = 1024;
constexpr std::size_t bytes_of_all = std::size_t{64} << 20;
constexpr std::size_t fewest_bytes = 1024;

std::size_t bytes_of(const PastRun& run) {
  auto bytes = sizeof(PastRun) + (run.failure ? run.failure->what.size() + run.failure->hint.size() : 0);
  for (const auto& exchange : run.exchanges)
    bytes += sizeof(Exchange) + exchange.curl.size() + exchange.error.size() + exchange.first_bytes.size();
  return bytes;
}

using Ring = std::vector<std::shared_ptr<const PastRun>>;

void put(Ring& ring, std::shared_ptr<const PastRun> run, std::size_t most, std::size_t bytes) {
  ring.insert(ring.begin(), std::move(run));
  std::size_t kept = 0;
  std::size_t used = 0;
  for (; kept < std::min(ring.size(), most); ++kept) {
    used += bytes_of(*ring[kept]);
    if (kept > 0 && used > bytes) break;
  }
  ring.resize(kept);
}

}  // namespace

PastRun past_run(const RunRecord& run) {
  PastRun past;
  past.at = run.at;
  past.took = run.took;
  past.good = run.good();
  past.failure = run.failure;
  const auto kept = std::min(run.exchanges.size(), kept_exchanges);
  past.left_out = run.exchanges.size() - kept;
  // Of a run that went wrong the last exchanges tell why.
  const auto first = past.good ? run.exchanges.begin() : run.exchanges.end() - static_cast<std::ptrdiff_t>(kept);
  past.exchanges.assign(first, first + static_cast<std::ptrdiff_t>(kept));
  for (auto& exchange : past.exchanges) {
    if (past.good) exchange.first_bytes.clear();
    if (exchange.curl.size() > kept_of_a_command) exchange.curl = exchange.curl.substr(0, kept_of_a_command) + " …";
    exchange.first_bytes.shrink_to_fit();
  }
  return past;
}

HistoryLimits limits_for(std::size_t probes) {
  HistoryLimits limits;
  limits.bytes = std::clamp(bytes_of_all / std::max<std::size_t>(probes, 1), fewest_bytes, limits.bytes);
  return limits;
}

std::shared_ptr<const ProbeHistory> remember(const ProbeHistory* before, const RunRecord& run, HistoryLimits limits) {
  auto history = before ? std::make_shared<ProbeHistory>(*before) : std::make_shared<ProbeHistory>();
  const auto past = std::make_shared<const PastRun>(past_run(run));
  put(history->runs, past, limits.runs, limits.bytes / 4);
  if (!past->good) put(history->failures, past, limits.failures, limits.bytes - limits.bytes / 4);
  return history;
}

}  // namespace lgtmwatch
