#include "probes/alerting/alertmanager.hpp"

#include "probes/alerting/alertmanager_body.hpp"
#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t body_limit = 16 << 20;

class AlertmanagerProbe final : public Probe {
 public:
  AlertmanagerProbe(ProbePlan plan, std::string watchdog) : Probe(std::move(plan)), watchdog_(std::move(watchdog)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    AlertmanagerState found;
    auto status = co_await ask(asker, "/api/v2/status");
    if (!status) co_return status.error();
    if (status->status == 404) {
      found.missing = first_line(status->body);
      if (found.missing.empty()) found.missing = "404";
      co_return found;
    }
    if (auto error = wrong(*status)) co_return *error;
    if (const auto read = read_status(status->body, found); !read) co_return read.error();

    auto alerts = co_await ask(asker, "/api/v2/alerts");
    if (!alerts) co_return alerts.error();
    if (auto error = wrong(*alerts)) co_return *error;
    if (const auto read = read_alerts(alerts->body, watchdog_, found); !read) co_return read.error();

    auto silences = co_await ask(asker, "/api/v2/silences");
    if (!silences) co_return silences.error();
    if (auto error = wrong(*silences)) co_return *error;
    if (const auto read = read_silences(silences->body, found); !read) co_return read.error();
    co_return found;
  }

 private:
  static boost::asio::awaitable<Result<HttpResponse>> ask(Asker& asker, const char* path) {
    HttpRequest request(path);
    request.body_limit = body_limit;
    return asker.ask(std::move(request));
  }

  std::optional<Error> wrong(const HttpResponse& response) const {
    const auto address = plan().endpoint.url.address();
    if (response.status == 200) return std::nullopt;
    if (auto error = gateway_error(response, address)) return error;
    return status_error(response, address);
  }

  std::string watchdog_;
};

}  // namespace

Probes make_alertmanager(const StackPlan& stack) {
  Probes probes;
  if (!stack.alerting || !stack.alerting->alertmanager) return probes;
  const auto& asked = *stack.alerting->alertmanager;
  auto plan = plan_for(stack, "alertmanager", asked.endpoint.url.address(), Component::alertmanager, asked);
  plan.about = stack.alerting->watchdog;
  probes.push_back(std::make_unique<AlertmanagerProbe>(std::move(plan), stack.alerting->watchdog));
  return probes;
}

}  // namespace lgtmwatch
