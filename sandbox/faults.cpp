#include "sandbox/faults.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lgtmwatch::sandbox {

namespace {

const std::vector<std::string> restartable{"loki", "tempo", "mimir", "alloy"};
const std::vector<std::string> backends{"loki", "tempo", "mimir"};
const std::vector<std::string> otlp_receivers{"mobile-http", "mobile-grpc", "backend"};
const std::vector<std::string> receivers{"mobile-http", "mobile-grpc", "backend", "logs-push", "metrics-write"};
const std::vector<std::string> wirings{"mobile-http/metrics", "mobile-http/logs", "mobile-http/traces",
                                       "mobile-grpc/metrics", "mobile-grpc/logs", "mobile-grpc/traces",
                                       "backend/metrics",     "backend/logs",     "backend/traces"};

const std::vector<FaultKind> coded{
    {"backend-down", "The backend's port refuses connections.", backends},
    {"backend-hung", "The backend accepts connections and never answers.", backends},
    {"alloy-down-or-crashloop", "Alloy and all its receivers refuse connections.", {}},
    {"alloy-hung", "Alloy and all its receivers accept connections and never answer.", {}},
    {"alloy-reload-rejected",
     "Alloy refused a new configuration and runs on with the old one; with the target component it could be parsed, "
     "and "
     "one component could not be evaluated: that is unhealthy, and no metric of the load tells.",
     {"component"},
     false},
    {"alloy-receiver-not-listening", "The receiver's port refuses connections.", receivers},
    {"receiver-hung", "The receiver accepts connections and never answers.", receivers},
    {"otlp-grpc-http-port-mixup",
     "The receiver's port speaks the other protocol: HTTP/1.1 gets HTTP/2 frames, gRPC gets HTTP/1.1.", receivers},
    {"otlp-signal-not-wired", "The receiver answers 404 for the signal, or UNIMPLEMENTED over gRPC.", wirings},
    {"otlp-tls-mismatch-source", "The receiver expects TLS: plain text gets an alert.", receivers},
    {"receiver-refusing", "The receiver is overloaded: 503, or UNAVAILABLE over gRPC.", otlp_receivers},
    {"mimir-only-stack-jobs", "Mimir holds series of alloy, loki, mimir and tempo only.", {}},
    {"loki-without-labels", "Loki answers as if nothing had ever been pushed.", {}},
    {"tempo-without-services", "Tempo answers as if nothing had ever been sent.", {}},
    {"source-silent",
     "The application stopped sending the signal, or all of them; its container still logs.",
     {"metrics", "logs", "traces"},
     false},
    {"app-logger-not-exported", "No log of the application ever came by OTLP; its container still logs.", {}},
    {"exporter-queue-filling",
     "The exporter sends too little: four of the five places of its queue are taken.",
     {"tempo"}},
    {"exporter-queue-full-drop", "The exporter does not get on and its queue of two is full.", {"tempo"}},
    {"exporter-queue-full-unbatched",
     "The exporter to Tempo does not get on and its queue of two is full; no batch processor stands before it.",
     {}},
    {"logs-written-twice", "Alloy writes logs to Loki by two exporters, the second of which adds a label.", {}},
    {"memory-limiter-refusing", "A memory limiter behind the receivers refuses everything but empty exports.", {}},
    {"wired-to-nowhere", "The logs output of the batch processor is empty.", {"logs"}},
    {"scraper-tails-nothing", "The Docker scraper has an empty list of targets.", {}},
    {"file-target-matches-nothing", "There is no file where Alloy looks for logs.", {}},
    {"docker-socket-missing-or-denied", "Alloy cannot ask Docker for containers.", {}},
    {"app-logs-not-on-stdout", "The application writes no line to its standard output.", {}},
    {"clock-skew-of-application",
     "The clock of the application is 15 minutes behind, and so is all that it exports.",
     {}},
    {"delta-temporality", "The application counts by deltas: Alloy drops its metric, and target_info goes on.", {}},
    {"docker-tail-stalled-one-container",
     "Alloy's tail of the application's container hangs; Docker has its new lines.",
     {}},
    {"relabel-drops-all", "A keep rule of the discovery.relabel before the Docker scraper matches nothing.", {}},
    {"rw-wal-watcher-stall",
     "Alloy's remote write has stopped reading its log: samples are appended, and none is sent.",
     {}},
    {"service-name-missing",
     "The application exports without a service name, as its SDK writes it: unknown_service:node.",
     {}},
    {"tail-sampling-delay", "Tail sampling holds back every trace for 45 s.", {}},
    {"timestamp-misparsed",
     "Alloy reads the time of container lines wrongly: they are stored 15 minutes in the past.",
     {}},
    {"loki-rate-limited", "Loki answers 429 to every push.", {}},
    {"loki-ingestion-blocked-2xx", "Loki answers with success and keeps nothing.", {}},
    {"tempo-silent-limit-drop", "Tempo answers with success and drops four of five traces.", {}},
    {"mimir-series-limit", "Mimir refuses new series; old ones go on.", {}},
    {"mimir-old-blocks-unqueryable", "Mimir answers 500 to queries that reach back for more than twenty minutes.", {}},
    {"old-data-missing", "The backend answers as if it kept nothing for more than twenty minutes.", backends},
    {"watcher-tenant-missing", "Reads without X-Scope-OrgID get 401.", backends},
    {"watcher-auth-rejected", "Grafana takes no token and lets nobody in without one.", {"grafana"}},
    {"grafana-down-or-db",
     "Grafana refuses connections; with the target database it says that its database is failing.",
     {"database"},
     false},
    {"grafana-hung", "Grafana accepts connections and never answers.", {}},
    {"grafana-ds-missing", "Grafana has no datasource of the backend.", backends},
    {"grafana-ds-uid-changed", "Grafana's datasource of the backend has another uid.", backends},
    {"grafana-ds-wrong-url",
     "The URL of the datasource is wrong: Loki's in its port, Mimir's in its prefix, Tempo's in its host.", backends},
    {"grafana-ds-tenant-missing", "Reads without X-Scope-OrgID get 401, and the datasource sends none.", backends},
    {"grafana-ds-green-but-empty", "The datasource reads as a tenant that has nothing.", backends},
    {"restart", "The process was restarted just now, and goes on so when the fault is taken back.", restartable},
    {"dashboard-metric-renamed", "The metric that a panel of the dashboard reads has another name.", {}},
    {"ruler-evaluation-missed", "The ruler does not evaluate its rules any more.", {}},
    {"dashboard-panel-failing", "The query of a panel of the dashboard has a mistake, and its datasource says so.", {}},
};

// Of files that do not parse, which a test keeps out, nothing is known.
std::vector<FaultKind> all_kinds() {
  auto kinds = coded;
  for (const auto& file : fault_files())
    if (auto fault = parse_data_fault(file)) kinds.push_back({fault->name, fault->sentence, fault->targets});
  return kinds;
}

// Null where the fault is code.
std::shared_ptr<const DataFault> data_of(std::string_view text) {
  const auto colon = text.find(':');
  const auto target = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  const auto name = std::string(text.substr(0, colon)) + ".json";
  for (const auto& file : fault_files())
    if (file.name == name)
      if (auto fault = parse_data_fault(file, target)) return std::make_shared<const DataFault>(std::move(*fault));
  return nullptr;
}

}  // namespace

const std::vector<FaultKind>& known_faults() {
  static const auto kinds = all_kinds();
  return kinds;
}

std::optional<std::string> problem_of_fault(std::string_view text) {
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  const auto target = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  std::vector<std::string> names;
  for (const auto& kind : known_faults()) {
    names.push_back(kind.name);
    if (kind.name != name) continue;
    const bool known = std::find(kind.targets.begin(), kind.targets.end(), target) != kind.targets.end();
    if (known || (colon == std::string_view::npos && (kind.targets.empty() || !kind.needs_target))) return std::nullopt;
    if (kind.targets.empty()) return fmt::format("the fault {} takes no target", name);
    return fmt::format("the fault {} {} a target, one of: {}", name, kind.needs_target ? "needs" : "may have",
                       fmt::join(kind.targets, ", "));
  }
  return fmt::format("there is no fault \"{}\"; the known ones are: {}", name, fmt::join(names, ", "));
}

std::optional<std::string> Faults::set(std::string_view text, WallTime since) {
  auto problem = problem_of_fault(text);
  if (!problem) active_[std::string(text)] = {since, data_of(text)};
  return problem;
}

bool Faults::silences(std::string_view fault, std::string_view signal) const {
  if (fault == "source-silent" || fault == fmt::format("source-silent:{}", signal)) return true;
  const auto found = active_.find(fault);
  const auto* data = found == active_.end() ? nullptr : found->second.data.get();
  return data && std::find(data->silences.begin(), data->silences.end(), signal) != data->silences.end();
}

bool Faults::silence(std::string_view signal) const {
  return std::any_of(active_.begin(), active_.end(), [&](const auto& fault) { return silences(fault.first, signal); });
}

std::string Faults::outcome_of_attempts(std::string_view backend) const {
  for (const auto& [text, fault] : active_)
    if (fault.data)
      if (const auto found = fault.data->attempts.find(std::string(backend)); found != fault.data->attempts.end())
        return found->second;
  return {};
}

std::string Faults::state_of_door(std::string_view door) const {
  for (const auto& [text, fault] : active_)
    if (fault.data)
      if (const auto found = fault.data->doors.find(std::string(door)); found != fault.data->doors.end())
        return found->second;
  return {};
}

bool Faults::on(std::string_view name, std::string_view target) const {
  if (active_.contains(name)) return true;
  return !target.empty() && active_.contains(fmt::format("{}:{}", name, target));
}

bool Faults::unreachable(std::string_view backend) const {
  return on("backend-down", backend) || on("backend-hung", backend);
}

bool Faults::asks_for_tenant(std::string_view backend) const {
  return on("watcher-tenant-missing", backend) || on("grafana-ds-tenant-missing", backend);
}

}  // namespace lgtmwatch::sandbox
