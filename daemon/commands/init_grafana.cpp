#include "daemon/commands/init_grafana.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "daemon/base/json.hpp"
#include "daemon/init/read_datasources.hpp"
#include "probes/answers.hpp"
#include "probes/grafana/datasource_questions.hpp"
#include "probes/grafana/grafana_datasource.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr std::array backends{Component::loki, Component::tempo, Component::mimir};
constexpr std::size_t most_datasources = 8;  // of each backend
constexpr std::size_t most_dashboards = 20;

class GrafanaQuestions {
 public:
  GrafanaQuestions(const InitWay& way, const Endpoint& endpoint, std::string token_file)
      : endpoint_(endpoint), asker_(asker_of(way, endpoint)) {
    told_.grafana.url = endpoint.url.text();
    told_.grafana.token_file = std::move(token_file);
  }

  asio::awaitable<GrafanaTold> ask() {
    auto request = long_answer("/api/datasources");
    auto answer = co_await asker_.ask(std::move(request));
    if (answer && answer->status == 403) {  // a Viewer may read these instead
      request = long_answer("/api/frontend/settings");
      answer = co_await asker_.ask(std::move(request));
    }
    auto listed = datasources_in(answer, endpoint_);
    if (!listed) {
      told_.grafana.why_not = silence_in_words(listed.error(), "Grafana", "/api/datasources");
      if (listed.error().reason == Reason::auth)
        told_.grafana.why_not += told_.grafana.token_file.empty()
                                     ? "; give init --grafana.token-file with the token of a service account"
                                     : "; it does not take the token in " + told_.grafana.token_file;
      co_return std::move(told_);
    }
    for (const auto backend : backends) {
      auto some = datasources_of(*listed, backend);
      co_await choose(std::move(some), backend);
    }
    told_.grafana.dashboards = co_await ask_dashboards();
    co_return std::move(told_);
  }

 private:
  static Result<std::vector<ListedDatasource>> datasources_in(const Result<HttpResponse>& answer,
                                                              const Endpoint& endpoint) {
    if (!answer) return answer.error();
    if (answer->status != 200) return status_error(*answer, endpoint.url.address());
    return parse_listed_datasources(answer->body);
  }

  // The first datasource through which data comes; else the first that is in order.
  asio::awaitable<void> choose(std::vector<ListedDatasource> listed, Component backend) {
    if (listed.empty()) co_return;
    if (listed.size() > most_datasources) listed.resize(most_datasources);
    std::vector<DatasourceAnswer> answers;
    for (const auto& one : listed) {
      auto answer = co_await ask_through(one.uid, backend);
      answers.push_back(std::move(answer));
    }
    told_.backends.push_back(chosen_of(listed, answers, backend));
  }

  static FoundBackend chosen_of(const std::vector<ListedDatasource>& listed,
                                const std::vector<DatasourceAnswer>& answers, Component backend) {
    auto best = answers.end();
    for (const auto wanted : {QueryAnswer::data, QueryAnswer::nothing})
      if (best == answers.end())
        best = std::find_if(answers.begin(), answers.end(),
                            [&](const DatasourceAnswer& each) { return each.answer == wanted; });
    const auto chosen = static_cast<std::size_t>(best - answers.begin());
    auto found = from_datasource(chosen < listed.size() ? listed[chosen] : listed.front(), backend);
    if (best == answers.end())
      found.why_not = "no datasource of Grafana works for it; this one: " + answers.front().what;
    for (std::size_t i = 0; i < listed.size(); ++i) {
      if (i == chosen || (i == 0 && best == answers.end())) continue;
      const bool works = answers[i].answer == QueryAnswer::data || answers[i].answer == QueryAnswer::nothing;
      found.notes.push_back(fmt::format("Grafana's datasource {} ({}) is left out: {}", listed[i].uid, listed[i].url,
                                        works ? "it works too, and may be a stack of its own" : answers[i].what));
    }
    return found;
  }

  static FoundBackend from_datasource(const ListedDatasource& one, Component backend) {
    auto found = backend_behind(one, backend);
    if (found.url.empty()) found.why_not = "Grafana shows its address to administrators only";
    return found;
  }

  asio::awaitable<DatasourceAnswer> ask_through(std::string uid, Component backend) {
    DatasourceAnswer judged{};
    const auto questions = datasource_questions(backend, std::nullopt, asker_.now());
    for (const auto& question : questions) {
      HttpRequest request(datasource_proxy(uid) + question);
      auto answer = co_await asker_.ask(std::move(request));
      if (!answer) {
        judged.answer = QueryAnswer::silent;
        judged.what = answer.error().what;
        co_return judged;
      }
      judged = judge_proxied(*answer, backend);
      if (judged.answer != QueryAnswer::nothing) co_return judged;
    }
    co_return judged;
  }

  asio::awaitable<std::vector<std::string>> ask_dashboards() {
    std::vector<std::string> uids;
    auto request = long_answer(fmt::format("/api/search?type=dash-db&limit={}", most_dashboards));
    auto answer = co_await asker_.ask_ok(std::move(request));
    if (!answer) co_return uids;
    const auto document = parse_json(answer->body);
    const auto* list = document ? document->if_array() : nullptr;
    for (std::size_t i = 0; list && i < list->size() && uids.size() < most_dashboards; ++i) {
      const auto* uid = JsonPath((*list)[i]).find("uid");
      if (uid && uid->is_string()) uids.emplace_back(uid->get_string().c_str());
    }
    co_return uids;
  }

  const Endpoint& endpoint_;
  Asker asker_;
  GrafanaTold told_;
};

}  // namespace

asio::awaitable<GrafanaTold> init_ask_grafana(const InitWay& way, const Endpoint& endpoint, std::string token_file) {
  GrafanaQuestions questions(way, endpoint, std::move(token_file));
  auto told = co_await questions.ask();
  co_return told;
}

}  // namespace lgtmwatch
