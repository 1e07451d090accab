// The sandbox's Loki: answers the queries that the watcher asks from what was pushed, and others with 400.
#pragma once

#include <cstdint>
#include <optional>

#include "daemon/base/clock.hpp"
#include "daemon/net/http_server.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/log_store.hpp"

namespace lgtmwatch::sandbox {

class Loki {
 public:
  Loki(LogStore& store, const Faults& faults, const Clock& clock);
  ServerResponse answer(const ServerRequest& request);

 private:
  struct Route;

  ServerResponse ready(const ServerRequest& request);
  ServerResponse build_info(const ServerRequest& request);
  ServerResponse services(const ServerRequest& request);
  ServerResponse ring(const ServerRequest& request);
  ServerResponse metrics(const ServerRequest& request);
  ServerResponse labels(const ServerRequest& request);
  ServerResponse label_values(const ServerRequest& request);
  ServerResponse series(const ServerRequest& request);
  ServerResponse query(const ServerRequest& request);
  ServerResponse query_range(const ServerRequest& request);
  ServerResponse index_stats(const ServerRequest& request);
  ServerResponse push(const ServerRequest& request);
  ServerResponse push_otlp(const ServerRequest& request);

  bool needs_tenant(const ServerRequest& request) const;
  std::int64_t now() const;
  // What start, end and since ask for; nothing where they cannot be read.
  std::optional<Window> window(const ServerRequest& request) const;
  // Stores what can be stored; the text of the first refusal, "" for none.
  std::string keep(wire::LogStream stream, Received& received);

  LogStore& store_;
  const Faults& faults_;
  const Clock& clock_;
  std::int64_t started_;
};

}  // namespace lgtmwatch::sandbox
