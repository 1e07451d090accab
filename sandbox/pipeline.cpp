#include "sandbox/pipeline.hpp"

#include <algorithm>

#include "sandbox/answers.hpp"
#include "sandbox/ingest.hpp"

namespace lgtmwatch::sandbox {
namespace {

// A status of HTTP after which nobody tries again.
bool is_for_good(const std::string& answer) { return answer.size() == 3 && answer.front() == '4' && answer != "429"; }

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t misparsed_by = 15 * 60 * second;
constexpr std::int64_t decision_wait = 45 * second;  // of tail sampling

// Hands all that waits to `take`, unless something is in the way.
template <class Item, class Take>
void flush(Exporter<Item>& exporter, const Obstacle& obstacle, Take take) {
  if (!obstacle.sends && !obstacle.answer.empty() && !exporter.waiting.empty()) {
    ++exporter.attempts_failed;
    ++exporter.refusals[obstacle.answer];
    if (is_for_good(obstacle.answer)) exporter.give_up();
  }
  if (!obstacle.sends) return;
  for (; exporter.waiting.size() > obstacle.keeps; exporter.waiting.pop_front())
    for (auto& item : exporter.waiting.front()) {
      take(item);
      ++exporter.sent;
    }
}

wire::Labels of_second_writer(wire::Labels labels) {
  labels["collector"] = "second";
  return labels;
}

wire::TimeSeries gauge(const std::string& name, const std::string& job, const std::string& instance, WallTime now,
                       double value) {
  wire::TimeSeries series;
  series.labels["__name__"] = name;
  series.labels["job"] = job;
  series.labels["instance"] = instance;
  series.samples.push_back(wire::Sample{unix_ns(now) / 1'000'000, value});
  return series;
}

}  // namespace

void Pipeline::accept(const std::string& receiver, std::vector<wire::LogRecord> records) {
  if (records.empty()) return;
  accepted_[{receiver, "logs"}] += records.size();
  otlp_logs_.put(std::move(records));
  drain();
}

void Pipeline::accept(const std::string& receiver, std::vector<wire::Span> spans) {
  if (spans.empty()) return;
  accepted_[{receiver, "traces"}] += spans.size();
  const auto newest = spans.back().end_ns;
  held_back_.push_back(std::move(spans));
  const bool waits = faults_.on("tail-sampling-delay");
  while (!held_back_.empty() && (!waits || newest - held_back_.front().back().end_ns >= decision_wait)) {
    spans_.put(std::move(held_back_.front()));
    held_back_.pop_front();
  }
  drain();
}

void Pipeline::accept(const std::string& receiver, std::vector<wire::Point> points) {
  if (points.empty()) return;
  accepted_[{receiver, "metrics"}] += points.size();
  if (faults_.on("deltas-refused-by-mimir")) return;
  std::vector<wire::TimeSeries> series;
  for (const auto& point : points)
    for (auto& one : to_series(point)) series.push_back(std::move(one));
  put_series(std::move(series));
  drain();
}

void Pipeline::refuse(const std::string& receiver, const std::string& signal, std::size_t items) {
  refused_[{receiver, signal}] += items;
  if (signal == "traces" && refuses_spans()) spans_.dropped += items;
}

bool Pipeline::refuses_spans() const {
  return faults_.on("exporter-queue-full-unbatched") && spans_.waiting.size() >= spans_.capacity;
}

bool Pipeline::scrapes_containers() const {
  return !faults_.on("alloy-down-or-crashloop") && !faults_.on("alloy-hung") && !faults_.on("scraper-tails-nothing") &&
         !faults_.on("docker-socket-missing-or-denied") && !faults_.on("relabel-drops-all") &&
         !faults_.on("docker-targets-without-container-id") && !faults_.on("docker-api-version-mismatch");
}

bool Pipeline::tail_stands() const {
  const bool is_held_up = faults_.on("loki-write-head-of-line-block") && !lines_.waiting.empty();
  return is_held_up || faults_.on("docker-tail-stalled-one-container") ||
         faults_.on("docker-container-restart-not-resumed");
}

void Pipeline::tail(const std::string& container, wire::LogEntry line) {
  if (faults_.on("docker-log-driver-unreadable")) return;
  store_.container_lines.add({{"container", container}}, line);
  if (!scrapes_containers() || tail_stands()) return;
  ++docker_entries_;
  last_docker_ns_ = line.ns;
  wire::LogStream stream;
  stream.labels = {{"container", container}, {"service_name", container}};
  line.metadata["detected_level"] = "unknown";
  if (faults_.on("timestamp-misparsed")) line.ns -= misparsed_by;
  stream.entries.push_back(std::move(line));
  std::vector<wire::LogStream> batch;
  batch.push_back(std::move(stream));
  lines_.put(std::move(batch));
  drain();
}

void Pipeline::push(std::vector<wire::LogStream> streams) {
  if (streams.empty()) return;
  for (auto& stream : streams) discover_service_name(stream.labels);
  lines_.put(std::move(streams));
  drain();
}

void Pipeline::write(std::vector<wire::TimeSeries> series) {
  if (series.empty()) return;
  put_series(std::move(series));
  drain();
}

void Pipeline::read_file(wire::LogEntry line) {
  const wire::Labels labels{{"filename", "/var/log/app/a.log"}, {"job", "files"}, {"service_name", "files"}};
  line.metadata["detected_level"] = "unknown";
  store_.logs.by_push.count(line);
  store_.logs.add(labels, std::move(line));
}

void Pipeline::scrape(WallTime now, const std::map<std::string, std::string>& jobs) {
  if (faults_.on("alloy-down-or-crashloop") || faults_.on("alloy-hung")) return;
  std::vector<wire::TimeSeries> series;
  for (const auto& [job, instance] : jobs) {
    const bool up = !faults_.unreachable(job);
    series.push_back(gauge("up", job, instance, now, up ? 1 : 0));
    series.push_back(gauge("scrape_duration_seconds", job, instance, now, 0.01));
    if (up) series.push_back(gauge(job + "_build_info", job, instance, now, 1));
  }
  put_series(std::move(series));
  drain();
}

void Pipeline::put_series(std::vector<wire::TimeSeries> series) {
  for (const auto& one : series)
    for (const auto& sample : one.samples) {
      ++samples_in_;
      highest_ms_ = std::max(highest_ms_, sample.ms);
    }
  samples_.put(std::move(series));
}

Obstacle Pipeline::obstacle(const std::string& exporter) const {
  const auto backend = exporter.substr(0, exporter.find('/'));
  if (faults_.on("exporter-queue-full-drop", backend)) return {false, ""};
  if (backend == "tempo" && faults_.on("exporter-queue-full-unbatched")) return {false, ""};
  if (backend == "mimir" && faults_.on("rw-wal-watcher-stall")) return {false, ""};
  if (faults_.on("exporter-queue-filling", backend)) return {true, "", 4};
  if (const auto outcome = faults_.outcome_of_attempts(exporter); !outcome.empty()) return {false, outcome};
  if (const auto outcome = faults_.outcome_of_attempts(backend); !outcome.empty()) return {false, outcome};
  if (faults_.unreachable(backend)) return {false, "UNAVAILABLE"};
  if (backend == "loki" && faults_.on("loki-rate-limited")) return {false, "429"};
  return {};
}

// Over the limit of live traces Tempo lets one through now and then, and answers with success.
void Pipeline::keep(wire::Span span) {
  if (faults_.on("tenant-mismatch", "tempo")) return;  // another tenant has it
  constexpr std::uint64_t one_in = 5;
  const bool limited = faults_.on("tempo-silent-limit-drop") && spans_.sent % one_in != 0;
  if (limited) {
    store_.traces.discard("live_traces_exceeded");
  } else {
    store_.traces.add(std::move(span));
  }
}

void Pipeline::keep(const wire::Labels& labels, const wire::Sample& sample) {
  const bool late = store_.metrics.append(labels, sample) == Appended::out_of_order;
  if (late && faults_.on("clock-skew-of-application")) ++store_.metrics.discarded["sample-out-of-order"];
}

void Pipeline::drain() {
  const bool is_full = faults_.on("exporter-queue-full-drop", "tempo") || faults_.on("exporter-queue-full-unbatched");
  spans_.capacity = is_full ? 2 : faults_.on("exporter-queue-filling", "tempo") ? 5 : 1000;
  const auto loki = obstacle("loki");
  const bool blocked = faults_.on("loki-ingestion-blocked-2xx");
  const bool twice = faults_.on("logs-written-twice");
  const bool elsewhere = faults_.on("tenant-mismatch", "loki");
  if (faults_.on("loki-rate-limited") || faults_.on("loki-write-head-of-line-block")) discard_over_the_rate();
  flush(otlp_logs_, obstacle("loki/otlp"), [&](const wire::LogRecord& record) {
    if (elsewhere) return;
    auto stream = to_log_stream(record);
    store_.logs.by_otlp.count(stream.entries.front());
    if (blocked) ++store_.logs.discarded["blocked_ingestion"];
    if (twice) store_.logs.add(of_second_writer(stream.labels), stream.entries.front());
    if (!blocked) store_.logs.add(stream.labels, std::move(stream.entries.front()));
  });
  flush(lines_, loki, [&](wire::LogStream& stream) {
    if (elsewhere) return;
    for (auto& entry : stream.entries) {
      store_.logs.by_push.count(entry);
      if (blocked) ++store_.logs.discarded["blocked_ingestion"];
      if (twice) store_.logs.add(of_second_writer(stream.labels), entry);
      if (!blocked) store_.logs.add(stream.labels, std::move(entry));
    }
  });
  flush(spans_, obstacle("tempo"), [this](wire::Span& span) { keep(std::move(span)); });
  drain_samples();
}

// Every attempt counts again.
void Pipeline::discard_over_the_rate() {
  auto& logs = store_.logs;
  const auto* reason = faults_.on("loki-write-head-of-line-block") ? "stream_limit" : "rate_limited";
  if (!otlp_logs_.waiting.empty())
    for (const auto& record : otlp_logs_.waiting.front()) {
      logs.by_otlp.count(to_log_stream(record).entries.front());
      ++logs.discarded[reason];
    }
  if (!lines_.waiting.empty())
    for (const auto& stream : lines_.waiting.front())
      for (const auto& entry : stream.entries) {
        logs.by_push.count(entry);
        ++logs.discarded[reason];
      }
}

void Pipeline::drain_samples() {
  const auto mimir = obstacle("mimir");
  // A new series over the limit, beside old ones that go on.
  if (mimir.sends && !samples_.waiting.empty() && faults_.on("mimir-series-limit")) {
    ++samples_.failed;
    ++store_.metrics.discarded["per_user_series_limit"];
  }
  flush(samples_, mimir, [this](const wire::TimeSeries& series) {
    for (const auto& sample : series.samples) {
      if (!faults_.on("tenant-mismatch", "mimir")) keep(series.labels, sample);
      highest_sent_ms_ = std::max(highest_sent_ms_, sample.ms);
    }
  });
}

std::size_t Pipeline::samples_pending() const {
  if (faults_.on("rw-wal-watcher-stall")) return 0;  // they wait in the log
  std::size_t count = 0;
  for (const auto& batch : samples_.waiting) count += batch.size();
  return count;
}

}  // namespace lgtmwatch::sandbox
