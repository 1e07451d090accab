// What is planned of canaries: which ways they take, and how long they are waited for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/endpoint.hpp"
#include "daemon/base/time.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

// The ways in. What is asked for afterwards follows from the signal.
enum class CanaryEntrance { otlp_http, otlp_grpc, loki_push, remote_write, scrape, file, standard_output };

// Nothing but a running daemon can write there.
constexpr bool needs_a_daemon(CanaryEntrance entrance) {
  return entrance == CanaryEntrance::scrape || entrance == CanaryEntrance::file ||
         entrance == CanaryEntrance::standard_output;
}

// What one small canary cannot see, a canary of another form does; it takes the place of a plain one now and then.
enum class CanaryForm {
  plain,
  fresh_label,  // logs, metrics: in a new stream or series, which limits on their number refuse and old ones pass
  large,        // logs, traces: with 3.5 MB of filler in its message; gRPC servers take 4 MiB by default
  unordered,    // logs: three lines, two of one time and one of an earlier time
};

// The ways to look: a query of Loki or Mimir, a trace by its id, a search for it, the same through Grafana.
enum class CanaryRead { query, id, search, grafana };

// A look at plain canaries that were seen already, in another way or when they are old. It changes no outcome.
struct CanaryLookPlan {
  std::string name;  // "search", "grafana", or the age of what is read: "13h"
  CanaryRead read = CanaryRead::query;
  Duration age{};    // of the canary when it is asked for first
  Duration until{};  // the age at which it is missing
  Duration pause{};  // between two questions
  Duration every{};  // between two canaries that are looked at
};

struct CanaryFormPlan {
  CanaryForm form = CanaryForm::plain;
  Duration every{};
  bool operator==(const CanaryFormPlan&) const = default;
};

// How long the canaries of a route are waited for. All times count from the moment of the write.
struct CanaryPatience {
  Duration first_read{};     // before it nothing is asked: the usual delay of the route
  Duration deadline{};       // from which on it is overdue
  Duration lost_after{};     // from which on a read that works and does not find it settles it
  Duration horizon{};        // at which it is given up where no read worked
  Duration confirm_after{};  // between the read that saw it and the one that looks for copies
  bool operator==(const CanaryPatience&) const = default;
};

// The ways past Alloy.
inline constexpr std::string_view direct_push = "direct-push";
inline constexpr std::string_view direct_remote_write = "direct-remote-write";
inline constexpr std::string_view direct_otlp_http = "direct-otlp-http";
inline constexpr std::string_view direct_otlp_grpc = "direct-otlp-grpc";

// lgtmwatch's own /metrics, and its standard output. Every other route is called by its receiver.
inline constexpr std::string_view scrape_route = "scrape";
inline constexpr std::string_view stdout_route = "stdout";

// One signal through one way in, read back from the backend of the signal.
struct CanaryRoutePlan {
  CanaryRoutePlan(Endpoint way_in, Endpoint backend_) : endpoint(std::move(way_in)), backend(std::move(backend_)) {}

  Signal signal = Signal::logs;
  std::string route;
  CanaryEntrance entrance = CanaryEntrance::otlp_http;
  Endpoint endpoint;                          // the way in; not used where only a daemon can write
  std::string path;                           // of the HTTP entrances: "/v1/logs", "/loki/api/v1/push"
  std::string file;                           // of the entrance file
  bool is_own_file = false;                   // nobody but lgtmwatch writes it: it may be created and emptied
  std::string container;                      // of the entrance standard_output, where it is known
  std::optional<Endpoint> docker;             // the engine that tells whether it has the container's line
  Endpoint backend;                           // where it is asked for
  std::optional<std::string> own_tenant;      // where it is not that of the backend
  std::string api_prefix;                     // of Mimir's query API, as in MimirPlan
  std::optional<Endpoint> grafana;            // where it is asked for through a datasource
  std::string datasource;                     // its uid; where empty, the only one of the backend's type
  std::map<std::string, std::string> labels;  // that its canaries carry beside their own
  bool is_named = true;                       // the configuration speaks of this signal through this way in
  std::vector<CanaryFormPlan> forms;          // beside plain ones
  std::vector<CanaryLookPlan> looks;          // soon after the first sight
  std::vector<CanaryLookPlan> rereads;        // at great age, the youngest first
  Duration interval{};
  Duration timeout{};  // of one write, and of one read
  CanaryPatience patience;
};

}  // namespace lgtmwatch
