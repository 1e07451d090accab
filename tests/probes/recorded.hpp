// A recorded stack: what real components answered in one situation (tests/recordings/NAME), as an HTTP client for
// the probes, and the verdict that diagnosis draws from it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/base/clock.hpp"
#include "daemon/model/facts.hpp"
#include "daemon/model/verdict.hpp"
#include "daemon/net/http.hpp"

namespace lgtmwatch {

struct RecordedAnswer {
  std::string component;  // as in index.json: loki, tempo, mimir, alloy, alloy-otlp-4318, alloy-otlp-4319, grafana
  std::string auth;       // of Grafana: who asked, "none", "bad token", "Viewer" or "admin"
  std::string key;        // method, path and query without what depends on the time
  WallTime at{};
  int status = 0;
  std::string error;  // where there was no answer
  std::string content_type;
  std::string tenant;  // that was asked for
  std::string body;
};

// The method, the path and the query proper: not the times, and not the width of a range selector.
std::string key_of(const std::string& method, const std::string& target);
HttpResponse response_of(const RecordedAnswer& answer);

class Recording {
 public:
  // Throws where the folder cannot be read: a test without its recording must fail.
  explicit Recording(const std::string& name, const std::string& snapshot = "b");

  // The answer to a request; an unknown request of a component that never answered gets the same silence.
  Result<HttpResponse> answer(const std::string& component, const HttpRequest& request) const;
  std::string tenant_of_tempo() const;
  bool was_asked(const std::string& part_of_query) const;
  // Of the first exchange, or of the first that asked for this.
  WallTime time_of(const std::string& component, const std::string& key = {}) const;
  const std::vector<RecordedAnswer>& answers() const { return answers_; }

 private:
  std::vector<RecordedAnswer> answers_;
};

Plan recorded_plan(const Recording& recording, bool expect_otlp_logs);

// Every recording has two snapshots, `a` and at least 30 s later `b`. Everything is asked in `b`; counters are read in
// `a` too, so that they have moved. What is watched in every recording, as far as it was asked for when it was
// recorded: readiness and contents of all components, both receivers, metrics (max_age 45s) and traces (75s) of
// scanium-backend through `backend`, its logs (45s) through `docker`, and where expect_otlp_logs through `backend` too.
StackVerdict judge_recording(const std::string& name, bool expect_otlp_logs);

// The same, where the metrics are told by this metric of the source.
StackVerdict judge_recording_by_metric(const std::string& name, const std::string& metric);

// The windows of a probe that reads counters after both snapshots.
std::shared_ptr<const CounterWindows> recorded_counters(const std::string& name, const std::string& probe);

// A Grafana that was recorded apart from the backends that it reads.
struct RecordedGrafana {
  std::string name;       // of the recording
  bool rejected = false;  // asked with a bad token
  std::map<Component, std::string> datasources;
};

// The same stack with this Grafana.
StackVerdict judge_recording(const std::string& backends, const RecordedGrafana& grafana);

}  // namespace lgtmwatch
