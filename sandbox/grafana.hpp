// The sandbox's Grafana, as the recording grafana-datasources answers: its health, its datasources, a dashboard, and
// what its proxy hands through and its queries bring, for which it asks the sandbox's Loki, Tempo and Mimir in process.
//
// Anonymous readers are let in, a wrong token is not; the right one is glsa_sandbox. Its datasources send a tenant.
#pragma once

#include <boost/json/array.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/alloy.hpp"
#include "sandbox/door.hpp"
#include "sandbox/grafana_query.hpp"
#include "sandbox/loki.hpp"
#include "sandbox/mimir.hpp"
#include "sandbox/store.hpp"
#include "sandbox/tempo.hpp"

namespace lgtmwatch::sandbox {

struct GrafanaDatasource {
  int id = 0;
  std::string uid;
  std::string name;
  std::string type;
  std::string server;  // loki, tempo or mimir
  std::string path;    // of its URL: "/prometheus"
  bool backend = true;
};

class Grafana {
 public:
  // What the servers hold for one tenant: their answers by name.
  using Servers = std::map<std::string, Answer>;

  Grafana(Servers own, const Faults& faults, const Clock& clock, const Addresses& addresses);
  ServerResponse answer(const ServerRequest& request);

 private:
  std::optional<ServerResponse> rejection(const ServerRequest& request) const;
  ServerResponse health() const;
  ServerResponse list() const;
  ServerResponse settings() const;
  ServerResponse health_of(std::string_view uid) const;
  ServerResponse proxy(const ServerRequest& request);
  ServerResponse query(const ServerRequest& request);
  ServerResponse results(const boost::json::array& queries, const QueryTime& time);

  // With the faults of single datasources.
  std::vector<GrafanaDatasource> datasources() const;
  std::string url_of(const GrafanaDatasource& datasource) const;
  // What the backend answers to a request below the datasource's URL; nothing where nothing is reached.
  std::optional<ServerResponse> reach(const GrafanaDatasource& datasource, const ServerRequest& request,
                                      std::string_view target);

  const Faults& faults_;
  const Clock& clock_;
  const Addresses& addresses_;
  Store nothing_;
  Loki other_loki_;
  Tempo other_tempo_;
  Mimir other_mimir_;
  Servers own_;
  Servers other_;
};

}  // namespace lgtmwatch::sandbox
