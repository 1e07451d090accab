#include "probes/grafana/grafana_ready.hpp"

#include <fmt/format.h>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/answers.hpp"
#include "probes/readiness.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t longest_version = 80;

class GrafanaReadyProbe final : public Probe {
 public:
  using Probe::Probe;

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    HttpRequest request("/api/health");
    request.connection = Connection::fresh;
    auto response = co_await asker.ask(std::move(request));
    if (!response) co_return response.error();
    auto readiness = judge_grafana_health(*response, plan().endpoint.url.address());
    if (!readiness) co_return readiness.error();
    co_return *readiness;
  }
};

std::string text_of(const JsonPath& root, std::string_view key) {
  const auto* value = root.find(key);
  return value && value->is_string() ? shown_text(value->as_string().c_str(), longest_version) : std::string();
}

}  // namespace

Result<Readiness> judge_grafana_health(const HttpResponse& response, const std::string& address) {
  const auto document = parse_json(response.body);
  const auto database = document ? text_of(JsonPath(*document), "database") : std::string();
  if (database.empty()) return judge_readiness(response, address);
  Readiness readiness;
  readiness.ready = response.status == 200 && database == "ok";
  if (!readiness.ready) readiness.message = fmt::format("its database is {}", database);
  readiness.version = text_of(JsonPath(*document), "version");
  return readiness;
}

Probes make_grafana_ready(const StackPlan& stack) {
  Probes probes;
  if (!stack.grafana) return probes;
  auto plan =
      plan_for(stack, "grafana_ready", stack.grafana->endpoint.url.address(), Component::grafana, *stack.grafana);
  probes.push_back(std::make_unique<GrafanaReadyProbe>(std::move(plan)));
  return probes;
}

}  // namespace lgtmwatch
