#include "probes/loki/loki_labels.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/json.hpp"
#include "daemon/base/url.hpp"
#include "daemon/model/own.hpp"

namespace lgtmwatch {
namespace {

constexpr auto label_range = std::chrono::hours(1);

bool is_own_label(const std::string& name) { return name.starts_with(own_label_prefix); }

bool stands_for_none(const std::string& name) { return name.starts_with(no_service_name); }

// {service_name=~"unknown_service|unknown_service:node",container="",filename=""}
std::string unnamed_by_otlp(const Names& service_names) {
  constexpr std::string_view special = R"(.+*?()[]{}^$|\)";
  std::string regex;
  for (const auto& name : service_names) {
    if (!stands_for_none(name)) continue;
    if (!regex.empty()) regex += '|';
    for (const char c : name) {
      if (special.find(c) != std::string_view::npos) regex += R"(\\)";
      if (c == '"' || c == '\\') regex += '\\';
      regex += c;
    }
  }
  return fmt::format(R"({{service_name=~"{}",container="",filename=""}})", regex);
}

class LokiLabelsProbe final : public Probe {
 public:
  LokiLabelsProbe(ProbePlan plan, std::set<std::string> shared) : Probe(std::move(plan)), shared_(std::move(shared)) {}

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    const auto end = asker.now().time_since_epoch();
    const auto range = fmt::format("start={}&end={}", (end - label_range).count(), end.count());
    auto response = co_await asker.ask_ok(HttpRequest("/loki/api/v1/labels?" + range));
    if (!response) co_return response.error();
    auto labels = parse_loki_names(response->body);
    if (!labels) co_return labels.error();
    auto service_names = co_await ask_service_names(asker, *labels, range);
    if (service_names) {
      auto judged = judge_loki_labels(*labels, shared_, *service_names);
      if (judged.unnamed > 0) judged.unnamed = co_await count_unnamed_by_otlp(asker, *service_names, range);
      co_return judged;
    }
    if (needs_service_names(*labels, shared_)) co_return service_names.error();
    co_return judge_loki_labels(*labels, shared_, {});
  }

 private:
  boost::asio::awaitable<Result<Names>> ask_service_names(Asker& asker, Names labels, std::string range) const {
    if (std::find(labels.begin(), labels.end(), "service_name") == labels.end()) co_return Names();
    auto values = co_await asker.ask_ok(HttpRequest("/loki/api/v1/label/service_name/values?" + range));
    if (!values) co_return values.error();
    co_return parse_loki_names(values->body);
  }

  boost::asio::awaitable<std::size_t> count_unnamed_by_otlp(Asker& asker, Names names, std::string range) const {
    const auto match = percent_encode(unnamed_by_otlp(names));
    auto streams = co_await asker.ask_ok(HttpRequest("/loki/api/v1/series?match[]=" + match + "&" + range));
    co_return streams ? count_loki_streams(streams->body) : 0;
  }

  std::set<std::string> shared_;
};

}  // namespace

Result<Names> parse_loki_names(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const JsonPath root(*document);
  const auto status = root.member("status");
  if (!status) return status.error();
  const auto data = root.member("data");
  const auto said = status->string();
  Names names;
  if (!data && said && *said == "success") return names;
  if (!data) return data.error();
  const auto size = data->array_size();
  if (!size) return size.error();
  for (std::size_t i = 0; i < *size; ++i) {
    auto name = data->element(i)->string();
    if (!name) return name.error();
    names.push_back(std::move(*name));
  }
  return names;
}

std::size_t count_loki_streams(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return 0;
  const auto data = JsonPath(*document).member("data");
  if (!data) return 0;
  const auto size = data->array_size();
  return size ? *size : 0;
}

std::set<std::string> shared_label_names(const StackPlan& stack) {
  std::set<std::string> names{"service_name"};
  for (const auto& route : stack.canaries) {
    if (route.signal != Signal::logs) continue;
    for (const auto& [name, value] : route.labels) names.insert(name);
    for (const auto& form : route.forms)
      if (form.form == CanaryForm::fresh_label) names.insert("service_instance_id");
  }
  return names;
}

bool needs_service_names(const Names& labels, const std::set<std::string>& shared) {
  return !labels.empty() && std::all_of(labels.begin(), labels.end(), [&](const std::string& name) {
    return is_own_label(name) || shared.contains(name);
  });
}

LokiLabels judge_loki_labels(const Names& labels, const std::set<std::string>& shared, const Names& service_names) {
  const auto own = std::count_if(labels.begin(), labels.end(), is_own_label);
  const auto others = labels.size() - static_cast<std::size_t>(own);
  const auto is_canary = [](const std::string& name) { return name == canary_service_name; };
  const bool only_canaries = needs_service_names(labels, shared) && !service_names.empty() &&
                             std::all_of(service_names.begin(), service_names.end(), is_canary);
  const auto unnamed = std::count_if(service_names.begin(), service_names.end(), stands_for_none);
  return LokiLabels{only_canaries ? 0 : others, static_cast<std::size_t>(unnamed)};
}

Probes make_loki_labels(const StackPlan& stack) {
  Probes probes;
  if (!stack.loki) return probes;
  auto plan = plan_for(stack, "loki_labels", stack.loki->endpoint.url.address(), Component::loki, *stack.loki);
  probes.push_back(std::make_unique<LokiLabelsProbe>(std::move(plan), shared_label_names(stack)));
  return probes;
}

}  // namespace lgtmwatch
