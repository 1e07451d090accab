// Backends that answer and cannot write: their disk is full, or their store or write-ahead log takes nothing.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "diagnosis/backend_writes.hpp"
#include "diagnosis/containers.hpp"
#include "diagnosis/findings.hpp"

namespace lgtmwatch {
namespace {

constexpr double throttled_at = 0.9;  // ingester.wal.disk_full_threshold of Loki, as it is unless configured
constexpr const char* block_completion = "block completion";
constexpr const char* full_words = "no space left on device";

// What a backend counts of its own writes, all in one reading.
class DiskFaults {
 public:
  DiskFaults(const View& view, Diagnosis& diagnosis, Component backend)
      : view_(view), diagnosis_(diagnosis), backend_(backend), windows_(view.counters(backend)) {}

  void find() {
    find_full_disk();
    if (backend_ == Component::loki) {
      find_throttled();
      find_unlogged();
      find_unflushed("chunk flush");
    } else {
      find_unwritten();
    }
  }

 private:
  Flow failures(const std::string& what) const {
    return flow_of(windows_, {CounterKind::backend_failure, word(), {}, what});
  }
  Flow stored() const { return flow_of(windows_, {CounterKind::backend_stored, word(), {}, {}}); }
  std::string word() const { return std::string(to_string(backend_)); }
  std::string shown() const { return view_.backend(backend_)->endpoint.url.text() + "/metrics"; }
  std::optional<double> usage() const {
    const auto* gauge = windows_ ? windows_->gauge(GaugeKind::disk_usage, word(), signal_of(backend_)) : nullptr;
    return gauge ? std::optional(gauge->value) : std::nullopt;
  }

  bool writes_fail() const { return backend_writes(view_, backend_).fail; }

  Finding made(std::string cause) const {
    Finding finding;
    finding.cause = std::move(cause);
    finding.subject = word();
    finding.stage = Stage::ingest;
    finding.signals = {signal_of(backend_)};
    finding.state = State::degraded;
    return finding;
  }

  void add(Finding finding) {
    if (auto* root = trouble_of_backend(diagnosis_, backend_)) {
      root->consequences.push_back(fmt::format("{}: {}", finding.cause, finding.summary));
      return;
    }
    diagnosis_.findings.push_back(std::move(finding));
  }

  // What it says itself, or the log of its container.
  void find_full_disk() {
    auto evidence = said_lately(view_, backend_, full_words);
    if (evidence.empty()) evidence = last_words_of(view_, backend_, full_words);
    if (evidence.empty()) return;
    auto finding = made("disk-full-any-backend");
    finding.summary = fmt::format("the disk of {} is full: it says \"{}\"", display_name(backend_), full_words);
    finding.evidence = {std::move(evidence)};
    finding.remedy = remedy_of_full_disk(backend_);
    if (writes_fail()) finding.state = State::broken;
    add(std::move(finding));
  }

  void find_throttled() {
    const auto full = usage();
    if (!full || *full < throttled_at) return;
    const bool refuses = writes_fail();
    auto finding = made("loki-disk-throttled");
    finding.summary =
        fmt::format("the disk of Loki's write-ahead log is {:.1f} % full, and from 90 % on Loki refuses writes{}",
                    *full * 100, refuses ? ", as it does now" : "");
    finding.evidence = {fmt::format("{}: loki_ingester_wal_disk_usage_percent {:.4f}", shown(), *full)};
    finding.remedy = {
        "free the disk or enlarge it: old images (docker system df), then compactor.retention_enabled: true "
        "and limits_config.retention_period in Loki's configuration",
        "the threshold is ingester.wal.disk_full_threshold: 0.90; higher, it only ends later"};
    finding.severity = refuses ? Severity::critical : Severity::warning;
    if (refuses) finding.state = State::broken;
    add(std::move(finding));
  }

  // Loki counts one more when it begins to refuse writes, which is told above.
  void find_unlogged() {
    const auto flow = failures("full disk");
    const bool only_throttled = usage().value_or(0) >= throttled_at && flow.increase_of_minutes <= 1;
    if (!flow.moves || !flow.compared || only_throttled) return;
    auto finding = made("loki-wal-disk-full-silent");
    finding.severity = Severity::warning;
    finding.summary = fmt::format(
        "Loki takes logs and cannot log them ahead, because the disk of its write-ahead log is full ({:.0f} times "
        "within "
        "{}): a crash now loses them",
        flow.increase, format_age(flow.interval));
    finding.evidence = {fmt::format("{}: loki_ingester_wal_disk_full_failures_total {:.0f}, {:.0f} more within {}",
                                    shown(), flow.raw, flow.increase, format_age(flow.interval))};
    finding.remedy = {
        "free the disk that ingester.wal.dir is on, then stop Loki in an orderly way, so that it flushes"};
    add(std::move(finding));
  }

  void find_unflushed(const std::string& what) {
    const auto failed = failures(what);
    if (!failed.moves || !failed.compared) return;
    const auto kept = stored();
    auto finding = made("loki-flush-failing");
    finding.summary = fmt::format(
        "Loki {} its chunks to its store: {:.0f} attempts failed within {}, {:.0f} chunks were written. Logs are kept "
        "in "
        "memory and in the write-ahead log only, while pushes and queries look fine",
        kept.increase > 0 ? "cannot write all of" : "does not get", failed.increase, format_age(failed.interval),
        kept.increase);
    finding.evidence = {fmt::format(
        "{}: loki_ingester_chunks_flush_failures_total {:.0f} (+{:.0f}), loki_ingester_chunks_flushed_total "
        "+{:.0f} within {}, loki_ingester_flush_queue_length {:.0f}",
        shown(), failed.raw, failed.increase, kept.increase, format_age(failed.interval),
        gauge_value(windows_, GaugeKind::flush_queue, word(), Signal::logs))};
    finding.remedy = {
        "read the path and the reason in Loki's log (docker logs loki 2>&1 | grep 'failed to flush'): give user 10001 "
        "the "
        "right to write there, or free its disk; do not restart Loki before it can flush",
        "where the path lies outside the volume, set storage_config.object_store.filesystem.dir (Loki with "
        "use_thanos_objstore), else common.storage.filesystem.chunks_directory"};
    finding.alternatives = {"volume-permission-denied"};
    if (usage().value_or(1) >= throttled_at) finding.alternatives.emplace_back("disk-full-any-backend");
    if (kept.increase > 0) finding.severity = Severity::warning;
    add(std::move(finding));
  }

  // Tempo 3 cancels the completion that is under way when it is told to stop, and counts it as failed (seen in Tempo
  // 3.0.3: "failed to complete block", "context canceled"). One that fails for its disk is tried again and again.
  bool may_be_of_its_end(const Flow& failed) const {
    const auto ready = view_.readiness(backend_);
    const bool works =
        ready.value() && ready.value()->ready && !view_.is_in_doubt("tempo_ready", view_.address(backend_));
    const auto started = windows_->process_start;
    const bool is_single = failed.increase_of_minutes < 2 || failed.raw < 2;  // lately, and of this process
    return !works || is_single || (started && failed.last_moved < started);
  }

  // Of Tempo and Mimir no single counter tells a full disk from a missing right.
  void find_unwritten() {
    std::vector<std::string> figures;
    for (const auto* what : {"write-ahead log", "head compaction", "block flush", block_completion}) {
      const auto failed = failures(what);
      if (failed.moves && failed.compared && !(what == block_completion && may_be_of_its_end(failed)))
        figures.push_back(
            fmt::format("{} failed {:.0f} times within {}", what, failed.increase, format_age(failed.interval)));
    }
    if (figures.empty()) return;
    auto finding = made("disk-full-any-backend");
    finding.summary = fmt::format("{} cannot write to its disk: {}", display_name(backend_), figures.front());
    for (const auto& figure : figures) finding.evidence.push_back(fmt::format("{}: {}", shown(), figure));
    finding.remedy = remedy_of_full_disk(backend_);
    finding.remedy.push_back(
        fmt::format("where the disk has room, its log names the path and the reason: docker logs {} "
                    "2>&1 | grep -iE 'err=|denied|no space' | tail",
                    word()));
    finding.alternatives = {"volume-permission-denied", "wal-replay-or-corrupt"};
    if (writes_fail()) finding.state = State::broken;
    add(std::move(finding));
  }

  const View& view_;
  Diagnosis& diagnosis_;
  Component backend_;
  const CounterWindows* windows_;
};

}  // namespace

void find_disk_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto backend : {Component::mimir, Component::loki, Component::tempo})
    if (view.backend(backend) && !view.silence(backend)) DiskFaults(view, diagnosis, backend).find();
}

}  // namespace lgtmwatch
