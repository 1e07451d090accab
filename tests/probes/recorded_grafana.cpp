#include "tests/probes/recorded_grafana.hpp"

#include "probes/registry.hpp"

namespace lgtmwatch {
namespace {

class RecordedGrafanaHttp final : public HttpClient {
 public:
  RecordedGrafanaHttp(const Recording& recording, bool rejected) : recording_(recording), rejected_(rejected) {}

  boost::asio::awaitable<HttpExchange> send(const Endpoint&, HttpRequest request, Deadline) override {
    co_return HttpExchange(answer(request));
  }

 private:
  Result<HttpResponse> answer(const HttpRequest& request) const {
    const auto key = key_of(request.method, request.target);
    const bool needs_credentials = !key.ends_with(" /api/health");
    for (const auto& answer : recording_.answers()) {
      const bool rejection = answer.auth == "bad token";
      const bool fits = answer.key == key && (needs_credentials ? answer.auth != "none" : answer.auth == "none");
      if (fits ? rejection == rejected_ : rejected_ && rejection) return response_of(answer);
    }
    // Nothing comes through a datasource with a wrong URL, whatever is asked.
    const auto datasource = key.substr(0, key.find('/', key.find("/proxy/uid/") + 11) + 1);
    for (const auto& answer : recording_.answers())
      if (answer.key.starts_with(datasource) && answer.status >= 400) return response_of(answer);
    return Error(Phase::content, Reason::internal, key + " was not recorded of grafana");
  }

  const Recording& recording_;
  bool rejected_;
};

}  // namespace

std::unique_ptr<HttpClient> make_recorded_grafana(const Recording& recording, bool rejected) {
  return std::make_unique<RecordedGrafanaHttp>(recording, rejected);
}

GrafanaPlan recorded_grafana_plan(const RecordedGrafana& grafana) {
  GrafanaPlan plan(Endpoint(Url::parse("http://grafana:3000").value()));
  plan.interval = std::chrono::seconds(15);
  plan.timeout = std::chrono::seconds(5);
  plan.datasources = grafana.datasources;
  return plan;
}

Probes recorded_grafana_probes(StackPlan plan) {
  for (auto& expectation : plan.expectations)
    if (expectation.signal == Signal::logs) expectation.selector = "{service_name=\"scanium-backend\"}";
  Expectation traces;  // which not every recording of the backends has
  traces.signal = Signal::traces;
  traces.selector = "{resource.service.name=\"scanium-backend\"}";
  plan.expectations.push_back(traces);
  auto probes = make_probes(plan);
  std::erase_if(probes, [](const auto& probe) { return probe->plan().component != Component::grafana; });
  return probes;
}

}  // namespace lgtmwatch
