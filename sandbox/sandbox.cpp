#include "sandbox/sandbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "sandbox/answers.hpp"
#include "sandbox/push_receivers.hpp"

namespace lgtmwatch::sandbox {
namespace {

constexpr std::array door_names{"control",     "loki",    "tempo",       "mimir",     "alloy",
                                "mobile-http", "backend", "mobile-grpc", "logs-push", "metrics-write",
                                "grafana",     "docker",  "tempo-otlp"};
constexpr std::array receiver_names{"mobile-http", "backend", "mobile-grpc", "logs-push", "metrics-write"};
constexpr int rounds_between_scrapes = 7;  // about 15 s

DoorState backend_state(const Faults& faults, std::string_view name) {
  if (faults.on("backend-down", name)) return DoorState::refusing;
  if (faults.on("backend-hung", name)) return DoorState::hanging;
  return DoorState::serving_http;
}

DoorState alloy_state(const Faults& faults) {
  if (faults.on("alloy-down-or-crashloop")) return DoorState::refusing;
  if (faults.on("alloy-hung")) return DoorState::hanging;
  return DoorState::serving_http;
}

DoorState grafana_state(const Faults& faults) {
  if (faults.on("grafana-down-or-db")) return DoorState::refusing;
  if (faults.on("grafana-hung")) return DoorState::hanging;
  return DoorState::serving_http;
}

// What a fault's file says of the door; nothing where none does.
std::optional<DoorState> said_state(const Faults& faults, std::string_view name) {
  const auto said = faults.state_of_door(name);
  if (said.empty()) return std::nullopt;
  if (said == "refusing") return DoorState::refusing;
  if (said == "hanging_up") return DoorState::hanging_up;
  return said == "hanging" ? DoorState::hanging : DoorState::expecting_tls;
}

DoorState tempo_otlp_state(const Faults& faults) {
  const auto of_tempo = backend_state(faults, "tempo");
  return of_tempo == DoorState::serving_http ? DoorState::serving_grpc : of_tempo;
}

DoorState receiver_state(const Faults& faults, std::string_view name) {
  const auto of_alloy = alloy_state(faults);
  if (of_alloy != DoorState::serving_http) return of_alloy;
  const bool over_grpc = name == "mobile-grpc";
  const auto served = over_grpc ? DoorState::serving_grpc : DoorState::serving_http;
  const auto mixed_up = over_grpc ? DoorState::serving_http : DoorState::serving_grpc;
  if (faults.on("alloy-receiver-not-listening", name)) return DoorState::refusing;
  if (faults.on("otlp-grpc-http-port-mixup", name)) return mixed_up;
  if (faults.on("otlp-tls-mismatch-source", name)) return DoorState::expecting_tls;
  if (faults.on("receiver-hung", name)) return DoorState::hanging;
  return served;
}

DoorState state_of(const Faults& faults, std::string_view name) {
  if (name == "control") return DoorState::serving_http;
  if (const auto said = said_state(faults, name)) return *said;
  if (name == "alloy") return alloy_state(faults);
  if (name == "grafana") return grafana_state(faults);
  if (name == "docker") return DoorState::serving_http;
  if (name == "tempo-otlp") return tempo_otlp_state(faults);
  if (std::find(receiver_names.begin(), receiver_names.end(), name) != receiver_names.end())
    return receiver_state(faults, name);
  return backend_state(faults, name);
}

wire::Selector equal(std::initializer_list<std::pair<const char*, const char*>> pairs) {
  wire::Selector selector;
  for (const auto& [name, value] : pairs) {
    wire::Matcher matcher;
    matcher.name = name;
    matcher.value = value;
    selector.push_back(std::move(matcher));
  }
  return selector;
}

}  // namespace

Result<std::unique_ptr<Sandbox>> Sandbox::make(boost::asio::any_io_executor executor, const Clock& clock,
                                               const SandboxOptions& options) {
  for (const auto& fault : options.faults)
    if (const auto problem = problem_of_fault(fault)) return Error(Phase::content, Reason::internal, *problem);
  Doors doors;
  Addresses addresses;
  auto port = options.port_base;
  for (const auto* name : door_names) {
    auto door = make_door(executor, options.host, port);
    if (!door) return door.error();
    if (port != 0) ++port;
    addresses[name] = (*door)->address();
    doors[name] = std::move(*door);
  }
  std::unique_ptr<Sandbox> sandbox(new Sandbox(clock, options, std::move(doors), std::move(addresses)));
  const auto opened = sandbox->set_doors();
  if (!opened) return opened.error();
  return sandbox;
}

Sandbox::Sandbox(const Clock& clock, const SandboxOptions& options, Doors doors, Addresses addresses)
    : clock_(clock),
      changes_(faults_, clock),
      addresses_(std::move(addresses)),
      pipeline_(store_, faults_),
      loki_(store_.logs, faults_, clock),
      tempo_(store_.traces, faults_, clock),
      mimir_(store_.metrics, faults_, clock),
      grafana_({{"loki", answers_of("loki")}, {"tempo", answers_of("tempo")}, {"mimir", answers_of("mimir")}}, faults_,
               clock, addresses_),
      alloy_(pipeline_, faults_, clock, addresses_),
      docker_(store_.container_lines, faults_, clock),
      backend_("backend", pipeline_, faults_),
      mobile_("mobile-http", pipeline_, faults_),
      mobile_grpc_("mobile-grpc", pipeline_, faults_),
      application_(pipeline_, faults_, clock, addresses_.at("backend"), options.patience, options.seed),
      control_(
          faults_, [this](const std::string& fault, Duration since) { take(fault, since); },
          [this] { (void)set_doors(); }, announcement(addresses_, "")),
      doors_(std::move(doors)) {
  remember(options.history * 2);
  connect_doors();
  for (const auto& fault : options.faults) take(fault, options.history);
}

Answer Sandbox::answers_of(const std::string& door) {
  return [this, door](const ServerRequest& request) { return changes_.answer(door, request, components_.at(door)); };
}

void Sandbox::connect_doors() {
  components_["loki"] = [this](const ServerRequest& request) { return loki_.answer(request); };
  components_["tempo"] = [this](const ServerRequest& request) { return tempo_.answer(request); };
  components_["mimir"] = [this](const ServerRequest& request) { return mimir_.answer(request); };
  components_["grafana"] = [this](const ServerRequest& request) { return grafana_.answer(request); };
  components_["alloy"] = [this](const ServerRequest& request) { return alloy_.answer(request); };
  components_["docker"] = [this](const ServerRequest& request) { return docker_.answer(request); };
  components_["backend"] = [this](const ServerRequest& request) { return backend_.answer(request); };
  components_["mobile-http"] = [this](const ServerRequest& request) { return mobile_.answer(request); };
  components_["mobile-grpc"] = [](const ServerRequest&) { return page_not_found(); };
  components_["tempo-otlp"] = [](const ServerRequest&) { return page_not_found(); };
  components_["logs-push"] = [this](const ServerRequest& request) { return answer_loki_push(pipeline_, request); };
  components_["metrics-write"] = [this](const ServerRequest& request) {
    return answer_remote_write(pipeline_, request);
  };
  for (const auto& [door, component] : components_) doors_[door]->answer_with(answers_of(door));
  doors_["control"]->answer_with([this](const ServerRequest& request) { return control_.answer(request); });
  doors_["mobile-grpc"]->answer_calls_with([this](const GrpcRequest& call) { return mobile_grpc_.answer_call(call); });
  doors_["tempo-otlp"]->answer_calls_with(
      [this](const GrpcRequest& call) { return answer_tempo_otlp(store_.traces, call); });
}

Result<void> Sandbox::set_doors() {
  for (auto& [name, door] : doors_) {
    const auto set = door->set(state_of(faults_, name));
    if (!set) return set.error();
  }
  pipeline_.drain();
  return {};
}

void Sandbox::take(const std::string& fault, Duration since) {
  constexpr std::string_view restarts = "restart:";
  faults_.set(fault, clock_.wall() - since);
  if (starts_with(fault, restarts)) restart(fault.substr(restarts.size()));
  reach_back(fault, since);
}

void Sandbox::restart(const std::string& door) {
  const ServerRequest scrape{"GET", "/metrics", {}, ""};
  changes_.restart(door, components_.at(door)(scrape).body);
}

std::optional<std::string> Sandbox::set_fault(const std::string& fault) {
  if (auto problem = problem_of_fault(fault)) return problem;
  take(fault, Duration::zero());
  const auto set = set_doors();
  return set ? std::nullopt : std::optional(set.error().what);
}

void Sandbox::clear_fault(const std::string& fault) {
  faults_.clear(fault);
  (void)set_doors();
}

// As if the sandbox had been running for so long.
void Sandbox::remember(Duration history) {
  const auto now = clock_.wall();
  std::map<std::string, std::string> jobs;
  for (const auto* job : {"alloy", "loki", "mimir", "tempo"}) jobs[job] = addresses_.at(job);
  wire::LogEntry line;
  line.ns = unix_ns(now - history);
  line.line = "hello file";
  pipeline_.read_file(std::move(line));
  for (auto time = now - history; time < now; time += application_period) application_.remember(time);
  for (auto time = now - history; time < now; time += std::chrono::seconds(15)) pipeline_.scrape(time, jobs);
}

// What the fault would have prevented in the time before now is forgotten.
void Sandbox::reach_back(const std::string& fault, Duration since) {
  const auto from = since == Duration::zero() ? INT64_MAX : unix_ns(clock_.wall() - since);
  const auto logs = equal({{"service_name", application_name}, {"container", ""}});
  if (fault == "app-logger-not-exported") store_.logs.drop_since(logs, 0);
  if (faults_.silences(fault, "logs")) store_.logs.drop_since(logs, from);
  if (faults_.silences(fault, "traces")) store_.traces.drop_since(application_name, from);
  if (faults_.silences(fault, "metrics"))
    store_.metrics.drop_since(equal({{"job", application_name}}), from / 1'000'000);
  const auto container = equal({{"container", application_name}});
  const bool ended = fault == "source-container-dead";
  if (ended) store_.container_lines.drop_since(container, from);
  if (fault == "app-logs-not-on-stdout") store_.container_lines.drop_since(container, 0);
  constexpr std::array of_the_tail{"docker-log-driver-unreadable", "docker-tail-stalled-one-container",
                                   "docker-container-restart-not-resumed", "loki-write-head-of-line-block",
                                   "app-logs-not-on-stdout"};
  if (ended || std::find(of_the_tail.begin(), of_the_tail.end(), fault) != of_the_tail.end()) {
    store_.logs.drop_since(container, from);
    pipeline_.tailed_nothing_since(from);
  }
  if (since != Duration::zero() && fault == "loki-write-head-of-line-block") application_.write_line();
  constexpr int exports_to_fill_a_queue = 4;
  if (since != Duration::zero() && fault == "exporter-queue-filling:tempo")
    for (int i = 0; i < exports_to_fill_a_queue; ++i) application_.remember(clock_.wall());
}

boost::asio::awaitable<void> Sandbox::run() {
  auto next = clock_.now();
  for (;;) {
    next = std::max(next + application_period, clock_.now());
    co_await clock_.sleep_until(next);
    co_await play();
  }
}

boost::asio::awaitable<void> Sandbox::play() {
  const bool scrape = rounds_++ % rounds_between_scrapes == 0;
  std::map<std::string, std::string> jobs;
  for (const auto* job : {"alloy", "loki", "mimir", "tempo"}) jobs[job] = addresses_.at(job);
  application_.write_line();
  if (scrape) pipeline_.scrape(clock_.wall(), jobs);
  pipeline_.drain();
  co_await application_.send();
}

boost::asio::awaitable<void> Sandbox::close() {
  for (auto& [name, door] : doors_) {
    auto& one = *door;
    co_await one.close();
  }
}

std::string Sandbox::announcement(const Addresses& addresses, const std::string& config_file) {
  boost::json::object all;
  for (const auto* name : {"control", "loki", "tempo", "mimir", "alloy", "grafana", "docker", "tempo-otlp"})
    all[name] = "http://" + addresses.at(name);
  boost::json::object receivers;
  for (const auto* name : receiver_names) receivers[name] = "http://" + addresses.at(name);
  all["receivers"] = std::move(receivers);
  if (!config_file.empty()) all["config"] = config_file;
  return boost::json::serialize(all);
}

}  // namespace lgtmwatch::sandbox
