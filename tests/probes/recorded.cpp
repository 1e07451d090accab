#include "tests/probes/recorded.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "daemon/status/store.hpp"
#include "diagnosis/verdict.hpp"
#include "probes/registry.hpp"
#include "tests/probes/recorded_grafana.hpp"
#include "tests/support/fake_grpc_client.hpp"
#include "tests/support/source_dir.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

const std::map<int, std::string> components{{3100, "loki"},   {3200, "tempo"},           {9009, "mimir"},
                                            {12345, "alloy"}, {4318, "alloy-otlp-4318"}, {4319, "alloy-otlp-4319"},
                                            {3000, "grafana"}};

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::string text_or_empty(const json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string().c_str()) : std::string();
}

Error recorded_silence(const std::string& error, const std::string& component) {
  if (error.find("timed out") != std::string::npos)
    return {Phase::first_byte, Reason::timeout, "no answer from " + component + " within 8s"};
  return {Phase::connect, Reason::refused, component + " refused the connection: nothing listens there"};
}

class RecordedClock final : public Clock {
 public:
  Tick now() const override { return Tick(); }
  WallTime wall() const override { return time; }
  boost::asio::awaitable<void> sleep_until(Tick) const override { throw std::logic_error("nothing sleeps here"); }

  WallTime time{};
};

// Arguments of components were recorded once, of the healthy pipeline, which the others share.
Result<HttpResponse> recorded_arguments(const HttpRequest& request) {
  static const Recording arguments("alloy-components", "a");
  return arguments.answer("alloy", request);
}

class RecordedHttp final : public HttpClient {
 public:
  explicit RecordedHttp(const Recording& recording) : recording_(recording) {}

  boost::asio::awaitable<HttpExchange> send(const Endpoint& endpoint, HttpRequest request, Deadline) override {
    auto answer = recording_.answer(components.at(endpoint.url.port()), request);
    const bool unknown = !answer && answer.error().reason == Reason::internal;
    const bool of_moment = request.target.find("/prometheus.scrape.") != std::string::npos;  // says how scrapes go
    if (unknown && !of_moment && request.target.starts_with("/api/v0/web/components/"))
      answer = recorded_arguments(request);
    co_return HttpExchange(std::move(answer));
  }

 private:
  const Recording& recording_;
};

boost::asio::awaitable<void> run_into(std::optional<RunRecord>& record, const Probe& probe, Clients clients,
                                      const Clock& clock) {
  auto run = co_await run_probe(probe, clients, clock);
  record = std::move(run);
}

RunRecord run_recorded(const Probe& probe, HttpClient& http, const Clock& clock) {
  test::FakeGrpcClient no_grpc;
  boost::asio::io_context io(1);
  std::optional<RunRecord> record;
  boost::asio::co_spawn(io, run_into(record, probe, Clients{http, no_grpc}, clock), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
  io.run();
  return std::move(*record);
}

// Components were asked one after the other, hung ones for minutes: what was seen of each is judged as of `now`.
void move_to(RunRecord& run, WallTime asked, WallTime now) {
  run.at = now;
  if (!run.found) return;
  auto* newest = std::get_if<NewestRecord>(&*run.found);
  if (newest && newest->last_seen) *newest->last_seen += now - asked;
  if (newest && newest->target_info) *newest->target_info += now - asked;
}

}  // namespace

std::string key_of(const std::string& method, const std::string& target) {
  const auto question = target.find('?');
  auto key = method + " " + target.substr(0, question);
  if (question == std::string::npos) return key;
  std::string_view rest = std::string_view(target).substr(question + 1);
  while (!rest.empty()) {
    const auto parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), parameter.size() + 1));
    // The older parameter `tags` asks the same as the TraceQL that the probes write.
    if (parameter.starts_with("tags=service.name"))
      key += " {resource.service.name=\"" + percent_decoded(parameter).substr(parameter.find("name") + 5) + "\"}";
    if (!parameter.starts_with("query=") && !parameter.starts_with("q=")) continue;
    auto query = percent_decoded(parameter.substr(parameter.find('=') + 1));
    if (query.ends_with("]")) query.resize(query.rfind('['));
    std::erase(query, ' ');
    key += " " + query;
  }
  return key;
}

HttpResponse response_of(const RecordedAnswer& answer) {
  HttpResponse response;
  response.status = answer.status;
  response.content_type = answer.content_type;
  response.body = answer.body;
  return response;
}

Recording::Recording(const std::string& name, const std::string& snapshot) {
  const auto folder = source_dir() + "/tests/recordings/" + name + "/";
  const auto index = json::parse(read_all(folder + "index.json"));
  for (const auto& value : index.at("exchanges").as_array()) {
    const auto& exchange = value.as_object();
    const bool only_snapshot = text_or_empty(exchange, "component") == "grafana";
    if (text_or_empty(exchange, "snapshot") != snapshot && !only_snapshot) continue;
    RecordedAnswer answer;
    answer.component = text_or_empty(exchange, "component");
    answer.auth = text_or_empty(exchange, "auth");
    answer.key = key_of(text_or_empty(exchange, "method"), text_or_empty(exchange, "path"));
    answer.at = wall_from_unix_seconds(exchange.at("unix_time").to_number<double>());
    answer.error = text_or_empty(exchange, "error");
    if (const auto* status = exchange.if_contains("status")) answer.status = status->to_number<int>();
    if (const auto* headers = exchange.if_contains("headers"))
      answer.content_type = text_or_empty(headers->as_object(), "Content-Type");
    if (const auto* asked = exchange.if_contains("request_headers"))
      answer.tenant = text_or_empty(asked->as_object(), "X-Scope-OrgID");
    const auto body_file = text_or_empty(exchange, "body_file");
    if (!body_file.empty()) answer.body = read_all(folder + body_file);
    answers_.push_back(std::move(answer));
  }
  if (answers_.empty()) throw std::runtime_error(folder + " holds no exchanges");
}

bool Recording::was_asked(const std::string& part_of_query) const {
  for (const auto& answer : answers_)
    if (answer.key.find(part_of_query) != std::string::npos) return true;
  return false;
}

std::string Recording::tenant_of_tempo() const {
  for (const auto& answer : answers_)
    if (answer.component == "tempo" && !answer.tenant.empty()) return answer.tenant;
  return {};
}

WallTime Recording::time_of(const std::string& component, const std::string& key) const {
  for (const auto& answer : answers_)
    if (answer.component == component && (key.empty() || answer.key == key)) return answer.at;
  throw std::runtime_error(component + " was not recorded");
}

Result<HttpResponse> Recording::answer(const std::string& component, const HttpRequest& request) const {
  const auto key = key_of(request.method, request.target);
  const RecordedAnswer* silent = nullptr;
  for (const auto& answer : answers_) {
    if (answer.component != component) continue;
    if (!answer.error.empty()) silent = &answer;
    if (answer.key != key || !answer.error.empty()) continue;
    return response_of(answer);
  }
  if (silent) return recorded_silence(silent->error, component);
  // lgtmwatch was not there when this was recorded, and scraped nothing.
  if (key.find("lgtmwatch_build_info") != std::string::npos)
    return HttpResponse{200, "application/json", R"({"status":"success","data":{"resultType":"vector","result":[]}})"};
  if (key.find(" up{") != std::string::npos)
    return HttpResponse{200, "application/json", R"({"status":"success","data":{"resultType":"matrix","result":[]}})"};
  return Error(Phase::content, Reason::internal, key + " was not recorded of " + component);
}

namespace {

// A stack that is asked in both snapshots.
class RecordedStack {
 public:
  RecordedStack(const std::string& name, bool expect_otlp_logs, const std::string& metric = {})
      : before_(name, "a"), after_(name), plan_(recorded_plan(after_, expect_otlp_logs)), store_(judge_stack, 1) {
    auto& plan = plan_.stacks.front();
    for (auto& expectation : plan.expectations)
      if (expectation.signal == Signal::metrics) expectation.selector = metric + expectation.selector;
    add(make_probes(plan), store_.add_stack(std::make_shared<const StackPlan>(plan)));
  }

  RecordedStack(const std::string& name, const RecordedGrafana& grafana)
      : before_(name, "a"), after_(name), plan_(recorded_plan(after_, false)), store_(judge_stack, 1) {
    auto& plan = plan_.stacks.front();
    auto of_backends = make_probes(plan);
    grafana_.emplace(grafana.name);
    grafana_http_ = make_recorded_grafana(*grafana_, grafana.rejected);
    plan.grafana = recorded_grafana_plan(grafana);
    const auto stack = store_.add_stack(std::make_shared<const StackPlan>(plan));
    add(std::move(of_backends), stack);
    add(recorded_grafana_probes(plan), stack);
  }

  std::shared_ptr<const StackSnapshot> play() {
    const auto now = after_.time_of("loki");
    for (std::size_t i = 0; i < probes_.size(); ++i) {
      if (probes_[i]->plan().component == Component::grafana) {
        run(i, *grafana_http_, grafana_->time_of("grafana"), now);
        continue;
      }
      const auto component = components.at(probes_[i]->plan().endpoint.url.port());
      const auto metrics = std::string("GET /metrics");
      if (probes_[i]->plan().reads_counters)
        run(i, RecordedHttp(before_), before_.time_of(component, metrics),
            now - (after_.time_of(component, metrics) - before_.time_of(component, metrics)));
      run(i, RecordedHttp(after_), after_.time_of(component), now);
    }
    return store_.publish(now)->stacks.front();
  }

 private:
  void add(Probes probes, std::size_t stack) {
    for (auto& probe : probes) {
      ProbeFacts facts;
      facts.probe = probe->plan().probe;
      facts.target = probe->plan().target;
      facts.component = probe->plan().component;
      places_.push_back(store_.add_probe(stack, std::move(facts)));
      probes_.push_back(std::move(probe));
    }
  }

  void run(std::size_t probe, HttpClient&& http, WallTime asked, WallTime as_of) { run(probe, http, asked, as_of); }

  void run(std::size_t probe, HttpClient& http, WallTime asked, WallTime as_of) {
    RecordedClock clock;
    clock.time = asked;
    auto record = run_recorded(*probes_[probe], http, clock);
    move_to(record, asked, as_of);
    store_.record(places_[probe], std::move(record));
  }

  Recording before_;
  Recording after_;
  std::optional<Recording> grafana_;
  std::unique_ptr<HttpClient> grafana_http_;
  Plan plan_;
  StatusStore store_;
  Probes probes_;
  std::vector<StatusStore::Place> places_;
};

}  // namespace

StackVerdict judge_recording(const std::string& name, bool expect_otlp_logs) {
  return RecordedStack(name, expect_otlp_logs).play()->verdict;
}

StackVerdict judge_recording_by_metric(const std::string& name, const std::string& metric) {
  return RecordedStack(name, false, metric).play()->verdict;
}

std::shared_ptr<const CounterWindows> recorded_counters(const std::string& name, const std::string& probe) {
  const auto stack = RecordedStack(name, true).play();
  for (const auto& facts : stack->facts.probes)
    if (facts.probe == probe) return facts.counters;
  throw std::runtime_error(probe + " is no probe of the recorded stack");
}

StackVerdict judge_recording(const std::string& backends, const RecordedGrafana& grafana) {
  return RecordedStack(backends, grafana).play()->verdict;
}

}  // namespace lgtmwatch
