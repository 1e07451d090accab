#include "diagnosis/pipeline.hpp"

#include <algorithm>
#include <deque>
#include <map>

#include "daemon/base/file_pattern.hpp"

namespace lgtmwatch {
namespace {

std::string port_of(const std::string& address) {
  const auto colon = address.rfind(':');
  return colon == std::string::npos ? std::string() : address.substr(colon + 1);
}

bool listens_on(const AlloyComponent& component, ReceiverKind kind, const std::string& port) {
  const auto& address = kind == ReceiverKind::otlp_grpc ? component.grpc : component.http;
  return !port.empty() && port_of(address) == port;
}

std::string prefix_of(ReceiverKind kind) {
  switch (kind) {
    case ReceiverKind::otlp_http:
    case ReceiverKind::otlp_grpc: return "otelcol.receiver.otlp.";
    case ReceiverKind::loki_push: return "loki.source.api.";
    case ReceiverKind::remote_write: return "prometheus.receive_http.";
    case ReceiverKind::file: return "loki.source.file.";
    case ReceiverKind::component: break;
  }
  return {};
}

bool is_terminal(const std::string& id) {
  if (id.starts_with("otelcol.exporter."))
    return !id.starts_with("otelcol.exporter.prometheus.") && !id.starts_with("otelcol.exporter.loki.");
  return id.starts_with("loki.write.") || id.starts_with("prometheus.remote_write.");
}

// Whether a component of this kind can pass the signal on, or send it.
bool may_pass_by_kind(const std::string& id, Signal signal) {
  if (id.starts_with("loki.") || id.starts_with("otelcol.exporter.loki.")) return signal == Signal::logs;
  if (id.starts_with("prometheus.") || id.starts_with("otelcol.exporter.prometheus.")) return signal == Signal::metrics;
  return true;
}

// Counters of a receiver come with the first record, so a process that has just begun has none.
bool passes_without_a_count(const View& view, const AlloyPlan& alloy, const CounterWindows& counters) {
  constexpr Duration long_enough = std::chrono::minutes(5);
  const bool has_none = std::any_of(counters.absent.begin(), counters.absent.end(), [](const std::string& family) {
    return family.starts_with("otelcol_receiver_accepted_");
  });
  if (!has_none || !counters.process_start || view.now() - *counters.process_start < long_enough) return false;
  return std::any_of(alloy.receivers.begin(), alloy.receivers.end(), [&](const ReceiverPlan& receiver) {
    const bool otlp = receiver.kind == ReceiverKind::otlp_http || receiver.kind == ReceiverKind::otlp_grpc;
    return otlp && view.records_arrive_through(receiver.name);
  });
}

bool is_among(const std::vector<Signal>& signals, Signal signal) {
  return std::find(signals.begin(), signals.end(), signal) != signals.end();
}

}  // namespace

Pipeline::Pipeline(const View& view, const AlloyPlan& alloy) : view_(&view), alloy_(&alloy) {
  counters_ = view.counters("alloy_controller", alloy.name);
  components_ = view.settled<AlloyComponents>("alloy_components", alloy.name).value();
  if (const auto* controller = view.settled<AlloyController>("alloy_controller", alloy.name).value())
    graph_ = controller->graph;
  if (graph_.empty() && components_) graph_ = components_->graph;
  hides_receivers_ = counters_ && passes_without_a_count(view, alloy, *counters_);
}

Flow Pipeline::flow(const FlowOf& wanted) const {
  const bool of_receiver = wanted.kind == CounterKind::receiver_accepted ||
                           wanted.kind == CounterKind::receiver_refused || wanted.kind == CounterKind::receiver_failed;
  return of_receiver && hides_receivers_ ? Flow() : flow_of(counters_, wanted);
}

std::string Pipeline::component_of(const ReceiverPlan& receiver) const {
  if (receiver.kind == ReceiverKind::component) return receiver.component;
  if (const auto* reading = reading_of(receiver))
    return reading->read_by.empty() ? std::string() : reading->read_by.front();
  if (!components_) return {};
  const auto prefix = prefix_of(receiver.kind);
  const auto port = receiver.endpoint ? std::to_string(receiver.endpoint->url.port()) : std::string();
  std::vector<std::string> candidates;
  for (const auto& component : components_->components) {
    if (!component.id.starts_with(prefix)) continue;
    if (listens_on(component, receiver.kind, port)) return component.id;
    candidates.push_back(component.id);
  }
  return candidates.size() == 1 ? candidates.front() : std::string();
}

Flow Pipeline::taken(const ReceiverPlan& receiver, Signal signal, CounterKind kind) const {
  const auto component = component_of(receiver);
  if (component.empty()) return {};
  if (receiver.kind == ReceiverKind::otlp_http) return flow({kind, component, signal, "http"});
  if (receiver.kind == ReceiverKind::otlp_grpc) return flow({kind, component, signal, "grpc"});
  return flow({kind, component, signal, {}});
}

const AlloyScraper* Pipeline::reading_of(const ReceiverPlan& receiver) const {
  if (receiver.kind != ReceiverKind::file) return nullptr;
  return view_->settled<AlloyScraper>("alloy_scraper", receiver.name).value();
}

Flow Pipeline::lines_read(const ReceiverPlan& receiver) const {
  if (receiver.kind != ReceiverKind::file) return flow({CounterKind::scraper_entries, receiver.component, {}, {}});
  const auto* reading = reading_of(receiver);
  if (!reading) return {};
  const auto& read_by = reading->read_by;
  const auto is_read = [&](const CounterKey& key) {
    return key.kind == CounterKind::scraper_entries &&
           std::find(read_by.begin(), read_by.end(), key.subject) != read_by.end();
  };
  auto lines = flow_where(counters_, [&](const CounterKey& key) {
    return is_read(key) && (!reading->reads_others || name_same_file(receiver.file, key.detail));
  });
  // Before its first line a file has no counter, while its reader has.
  lines.known = lines.known || flow_where(counters_, is_read).known;
  return lines;
}

Flow Pipeline::inflow(const ReceiverPlan& receiver, Signal signal) const {
  const bool scrapes = receiver.kind == ReceiverKind::file || receiver.component.starts_with("loki.source.");
  return scrapes ? lines_read(receiver) : taken(receiver, signal, CounterKind::receiver_accepted);
}

std::set<std::string> Pipeline::behind(const std::string& component) const {
  std::set<std::string> seen{component};
  std::deque<std::string> next{component};
  for (; !next.empty(); next.pop_front())
    for (const auto& edge : graph_)
      if (edge.from == next.front() && seen.insert(edge.to).second) next.push_back(edge.to);
  return seen;
}

bool Pipeline::leads_to(const std::string& from, const std::string& to) const { return behind(from).contains(to); }

std::vector<std::string> Pipeline::way(const std::string& from, const std::string& to) const {
  std::map<std::string, std::string> came_from{{from, {}}};
  std::deque<std::string> next{from};
  for (; !next.empty() && !came_from.contains(to); next.pop_front())
    for (const auto& edge : graph_)
      if (edge.from == next.front() && came_from.emplace(edge.to, edge.from).second) next.push_back(edge.to);
  std::vector<std::string> steps;
  if (!came_from.contains(to)) return steps;
  for (auto step = to; !step.empty(); step = came_from[step]) steps.push_back(step);
  std::reverse(steps.begin(), steps.end());
  return steps;
}

bool Pipeline::carries(const std::string& exporter, Signal signal) const {
  if (exporter.starts_with("loki.write.")) return signal == Signal::logs;
  if (exporter.starts_with("prometheus.remote_write.")) return signal == Signal::metrics;
  if (!is_terminal(exporter)) return false;
  bool seen = false;
  for (const auto each : all_signals) {
    const bool carried = flow({CounterKind::exporter_sent, exporter, each, {}}).known;
    if (carried && each == signal) return true;
    seen = seen || carried;
  }
  return !seen;  // nothing has come to it yet: it may carry anything
}

std::vector<std::string> Pipeline::exporters_behind(const std::string& component, Signal signal) const {
  std::vector<std::string> exporters;
  for (const auto& id : behind(component))
    if (is_terminal(id) && carries(id, signal)) exporters.push_back(id);
  return exporters;
}

std::vector<std::string> Pipeline::next_to(const std::string& component) const {
  std::vector<std::string> next;
  for (const auto& edge : graph_)
    if (edge.from == component) next.push_back(edge.to);
  return next;
}

// The edges do not say of which signal they are, so that a way may be seen where there is none, but not the reverse.
std::vector<std::string> Pipeline::dead_ends(const std::string& component, Signal signal) const {
  std::vector<std::string> ends;
  std::set<std::string> seen{component};
  std::deque<std::string> next{component};
  for (; !next.empty(); next.pop_front()) {
    const auto& id = next.front();
    if (!may_pass_by_kind(id, signal)) continue;
    if (is_terminal(id)) return {};
    const auto* arguments = arguments_of(id);
    if (arguments && arguments->hands_on && !is_among(*arguments->hands_on, signal)) {
      ends.push_back(id);
      continue;
    }
    const auto further = next_to(id);
    if (further.empty()) return {};  // what it does is not known
    for (const auto& each : further)
      if (seen.insert(each).second) next.push_back(each);
  }
  return ends;
}

const AlloyComponent* Pipeline::arguments_of(const std::string& id) const {
  if (!components_) return nullptr;
  for (const auto& component : components_->components)
    if (component.id == id) return &component;
  return nullptr;
}

bool Pipeline::may_pass(const Expectation& expectation, const std::string& component) const {
  if (expectation.receiver.empty()) return true;
  const auto* receiver = view_->receiver(expectation.receiver);
  if (!receiver || view_->alloy_of(expectation.receiver) != alloy_) return false;
  const auto from = component_of(*receiver);
  return from.empty() || !knows_graph() || leads_to(from, component);
}

std::vector<PipelineStatus> pipeline_statuses(const View& view) {
  std::vector<PipelineStatus> statuses;
  for (const auto& alloy : view.plan().alloys) {
    const Pipeline pipeline(view, alloy);
    for (const auto& receiver : alloy.receivers) {
      const auto component = pipeline.component_of(receiver);
      if (component.empty() || !pipeline.knows_graph()) continue;
      for (const auto signal : receiver.signals) {
        for (const auto& exporter : pipeline.exporters_behind(component, signal)) {
          const auto* arguments = pipeline.arguments_of(exporter);
          statuses.push_back({alloy.name, receiver.name, signal, pipeline.way(component, exporter),
                              arguments ? arguments->sends_to : std::string(), backend_of(signal)});
        }
      }
    }
  }
  return statuses;
}

}  // namespace lgtmwatch
