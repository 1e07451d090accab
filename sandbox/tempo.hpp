// The sandbox's Tempo, as version 3 answers: traces by id at once, searches only what is older than half a minute.
#pragma once

#include <cstdint>
#include <optional>

#include "daemon/base/clock.hpp"
#include "daemon/net/http_server.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/trace_store.hpp"

namespace lgtmwatch::sandbox {

class Tempo {
 public:
  Tempo(const TraceStore& store, const Faults& faults, const Clock& clock);
  ServerResponse answer(const ServerRequest& request);

 private:
  struct Route;

  ServerResponse ready(const ServerRequest& request);
  ServerResponse build_info(const ServerRequest& request);
  ServerResponse services(const ServerRequest& request);
  ServerResponse echo(const ServerRequest& request);
  ServerResponse metrics(const ServerRequest& request);
  ServerResponse tags(const ServerRequest& request);
  ServerResponse tags_v2(const ServerRequest& request);
  ServerResponse tag_values(const ServerRequest& request);
  ServerResponse tag_values_v2(const ServerRequest& request);
  ServerResponse search(const ServerRequest& request);
  ServerResponse trace(const ServerRequest& request, std::string_view id, bool v2);

  bool needs_tenant(const ServerRequest& request) const;
  // The searchable part of what was asked; nothing where the parameters are wrong.
  std::optional<Window> window(const ServerRequest& request) const;
  std::int64_t now() const;

  const TraceStore& store_;
  const Faults& faults_;
  const Clock& clock_;
  std::int64_t started_;
};

}  // namespace lgtmwatch::sandbox
