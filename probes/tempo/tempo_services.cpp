#include "probes/tempo/tempo_services.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/json.hpp"
#include "daemon/model/own.hpp"
#include "probes/tempo/tempo_answers.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr auto range = std::chrono::hours(1);

class TempoServicesProbe final : public Probe {
 public:
  using Probe::Probe;

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    const auto end = duration_cast<seconds>(asker.now().time_since_epoch());
    HttpRequest request(fmt::format("/api/v2/search/tag/resource.service.name/values?start={}&end={}",
                                    (end - duration_cast<seconds>(range)).count(), end.count()));
    auto response = co_await asker.ask_ok(std::move(request));
    if (!response) co_return response.error();
    auto services = parse_tempo_services(response->body);
    if (!services) co_return services.error();
    co_return judge_tempo_services(*services);
  }
};

}  // namespace

Result<std::vector<std::string>> parse_tempo_services(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const JsonPath root(*document);
  std::vector<std::string> services;
  const auto listed = tempo_list(root, "tagValues");
  if (!listed) return listed.error();
  const auto& values = *listed;
  if (!values) return services;
  const auto count = values->array_size();
  if (!count) return count.error();
  for (std::size_t i = 0; i < *count; ++i) {
    const auto value = values->element(i)->member("value");
    if (!value) continue;
    auto name = value->string();
    if (!name) return name.error();
    if (!name->empty()) services.push_back(std::move(*name));
  }
  return services;
}

TempoServices judge_tempo_services(const std::vector<std::string>& services) {
  const auto own = std::count(services.begin(), services.end(), canary_service_name);
  const auto unnamed = std::count_if(services.begin(), services.end(),
                                     [](const std::string& name) { return name.starts_with(no_service_name); });
  return TempoServices{services.size() - static_cast<std::size_t>(own), static_cast<std::size_t>(unnamed)};
}

Probes make_tempo_services(const StackPlan& stack) {
  Probes probes;
  if (!stack.tempo) return probes;
  auto plan = plan_for(stack, "tempo_services", stack.tempo->endpoint.url.address(), Component::tempo, *stack.tempo);
  probes.push_back(std::make_unique<TempoServicesProbe>(std::move(plan)));
  return probes;
}

}  // namespace lgtmwatch
