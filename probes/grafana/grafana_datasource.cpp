#include "probes/grafana/grafana_datasource.hpp"

#include <fmt/format.h>

#include "daemon/model/datasource_type.hpp"
#include "probes/answers.hpp"
#include "probes/grafana/datasource_questions.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_datasources = 16;

using Uids = std::vector<std::string>;

DatasourceAnswer answered(QueryAnswer answer, std::string what) {
  DatasourceAnswer made{};
  made.answer = answer;
  made.what = std::move(what);
  return made;
}

std::optional<Expectation> first_expectation(const StackPlan& stack, Component backend) {
  for (const auto& expectation : stack.expectations)
    if (backend_of(expectation.signal) == backend) return expectation;
  return std::nullopt;
}

class DatasourceProbe final : public Probe {
 public:
  DatasourceProbe(ProbePlan plan, const StackPlan& stack, Component backend, const ComponentPlan& asked)
      : Probe(std::move(plan)),
        backend_(backend),
        expected_(first_expectation(stack, backend)),
        direct_(asked.endpoint),
        prefix_(backend == Component::mimir ? stack.mimir->api_prefix : "") {
    const auto configured = stack.grafana->datasources.find(backend);
    if (configured != stack.grafana->datasources.end()) uid_ = configured->second;
  }

  boost::asio::awaitable<Result<Observation>> run(Asker& asker) const override {
    auto uids = co_await uids_to_ask(asker);
    if (!uids) co_return uids.error();
    DatasourceAnswers answers;
    bool out_of_time = false;
    for (const auto& uid : *uids) {
      const auto first = asker.exchanges();
      auto answer = co_await ask_through(asker, uid, out_of_time);
      if (!answer) co_return answer.error();
      answer->uid = uid;
      answer->asked_first = first;
      answer->asked_end = asker.exchanges();
      out_of_time = out_of_time || answer->answer == QueryAnswer::silent;
      answers.asked.push_back(std::move(*answer));
    }
    if (uid_.empty() || answers.asked.front().answer != QueryAnswer::missing) co_return answers;
    auto others = co_await all_of_type(asker);
    if (others) answers.others = std::move(*others);
    co_return answers;
  }

 private:
  boost::asio::awaitable<Result<Uids>> uids_to_ask(Asker& asker) const {
    if (uid_.empty()) return all_of_type(asker);
    return configured();
  }

  boost::asio::awaitable<Result<Uids>> configured() const {
    Uids uids{uid_};
    co_return uids;
  }

  boost::asio::awaitable<Result<Uids>> all_of_type(Asker& asker) const {
    auto listed = co_await list_datasources(asker, plan().endpoint.url.address());
    if (!listed) co_return listed.error();
    co_return uids_of_type(*listed, datasource_type(backend_));
  }

  // One that hangs leaves no time for the next, of which nothing is known then.
  boost::asio::awaitable<Result<DatasourceAnswer>> ask_through(Asker& asker, const std::string& uid,
                                                               bool out_of_time) const {
    if (out_of_time) co_return answered(QueryAnswer::unclear, "there was no time left to ask it");
    const auto questions = datasource_questions(backend_, expected_, asker.now());
    DatasourceAnswer answer{};
    for (const auto& question : questions) {
      auto response = co_await asker.ask(HttpRequest(datasource_proxy(uid) + question));
      if (!response && response.error().reason == Reason::timeout)
        co_return answered(QueryAnswer::silent, response.error().what);
      if (!response) co_return response.error();
      if (auto rejected = rejection_by_grafana(*response, plan().endpoint.url.address())) co_return *rejected;
      answer = judge_proxied(*response, backend_);
      if (answer.answer != QueryAnswer::nothing) co_return answer;
    }
    auto beside = co_await ask_directly(asker, questions);
    co_return beside;
  }

  // What the backend itself says to the questions that brought nothing through Grafana.
  boost::asio::awaitable<DatasourceAnswer> ask_directly(Asker& asker, std::vector<std::string> questions) const {
    for (const auto& question : questions) {
      auto response = co_await asker.ask_elsewhere(direct_, HttpRequest(prefix_ + question));
      if (!response) co_return answered(QueryAnswer::unclear, response.error().what);
      if (response->status != 200)
        co_return answered(QueryAnswer::unclear, status_error(*response, direct_.url.address()).what);
      const auto data = brought_data(backend_, response->body);
      if (!data) co_return answered(QueryAnswer::unclear, data.error().what);
      if (*data)
        co_return answered(
            QueryAnswer::hidden,
            fmt::format("it brings nothing, while {} itself has data for the same question", display_name(backend_)));
    }
    co_return answered(QueryAnswer::nothing, fmt::format("{} itself has nothing either", display_name(backend_)));
  }

  Component backend_;
  std::optional<Expectation> expected_;
  Endpoint direct_;
  std::string prefix_;
  std::string uid_;  // empty where all of the type are asked
};

std::string said(const HttpResponse& response) {
  const auto words = first_line(response.body);
  return fmt::format("it answers {}{}{}", response.status, words.empty() ? " without a word" : ": ", words);
}

// Grafana turns the 401 of a backend into this, so that a browser does not ask its user for a password.
bool says_unauthorized(const HttpResponse& response) {
  const bool hidden =
      response.status == 400 && response.body.find("Authentication to data source") != std::string::npos;
  return hidden || response.status == 401 || response.status == 403;
}

}  // namespace

DatasourceAnswer judge_proxied(const HttpResponse& response, Component backend) {
  if (says_unknown_datasource(response)) return answered(QueryAnswer::missing, said(response));
  if (says_unauthorized(response)) return answered(QueryAnswer::unauthorized, said(response));
  switch (response.status) {
    case 200: break;
    case 404: return answered(QueryAnswer::stranger, said(response));
    case 502: return answered(QueryAnswer::unreachable, said(response));
    case 504: return answered(QueryAnswer::silent, said(response));
    default: return answered(QueryAnswer::failed, said(response));
  }
  const auto data = brought_data(backend, response.body);
  if (!data) return answered(QueryAnswer::stranger, data.error().what);
  return answered(*data ? QueryAnswer::data : QueryAnswer::nothing, {});
}

std::vector<std::string> uids_of_type(const Datasources& datasources, std::string_view type) {
  Uids uids;
  for (const auto& datasource : datasources)
    if (datasource.type == type && datasource.backend && uids.size() < most_datasources) uids.push_back(datasource.uid);
  return uids;
}

Probes make_grafana_datasources(const StackPlan& stack) {
  Probes probes;
  if (!stack.grafana) return probes;
  const auto add = [&](Component backend, const ComponentPlan* asked) {
    if (!asked) return;
    auto plan =
        plan_for(stack, "grafana_datasource", std::string(to_string(backend)), Component::grafana, *stack.grafana);
    probes.push_back(std::make_unique<DatasourceProbe>(std::move(plan), stack, backend, *asked));
  };
  add(Component::loki, stack.loki ? &*stack.loki : nullptr);
  add(Component::tempo, stack.tempo ? &*stack.tempo : nullptr);
  add(Component::mimir, stack.mimir ? &*stack.mimir : nullptr);
  return probes;
}

}  // namespace lgtmwatch
