// The sandbox's Mimir: takes remote write, answers the queries that the watcher asks, and others with 400.
#pragma once

#include <cstdint>

#include "daemon/base/clock.hpp"
#include "daemon/net/http_server.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/metric_store.hpp"

namespace lgtmwatch::sandbox {

class Mimir {
 public:
  Mimir(MetricStore& store, const Faults& faults, const Clock& clock);
  ServerResponse answer(const ServerRequest& request);

 private:
  struct Route;

  ServerResponse ready(const ServerRequest& request);
  ServerResponse services(const ServerRequest& request);
  ServerResponse metrics(const ServerRequest& request);
  ServerResponse build_info(const ServerRequest& request);
  ServerResponse query(const ServerRequest& request);
  ServerResponse query_range(const ServerRequest& request);
  ServerResponse series(const ServerRequest& request);
  ServerResponse rules(const ServerRequest& request);
  ServerResponse alertmanager(const ServerRequest& request);
  ServerResponse user_stats(const ServerRequest& request);
  ServerResponse push(const ServerRequest& request);
  ServerResponse push_otlp(const ServerRequest& request);
  ServerResponse keep(const std::vector<wire::TimeSeries>& series);
  ServerResponse label_values(const ServerRequest& request);

  bool needs_tenant(const ServerRequest& request) const;
  // What reads see: all, or with the fault mimir-only-stack-jobs only what the stack itself writes, or with
  // dashboard-metric-renamed the application's counter under another name.
  const MetricStore& visible();
  std::int64_t now_ms() const;
  WallTime started() const;

  MetricStore& store_;
  const Faults& faults_;
  const Clock& clock_;
  MetricStore changed_;  // rebuilt for each read under those faults
  std::int64_t started_;
};

}  // namespace lgtmwatch::sandbox
