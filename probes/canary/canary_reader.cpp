#include "probes/canary/canary_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/model/datasource_type.hpp"
#include "probes/answers.hpp"
#include "probes/grafana/datasource_questions.hpp"
#include "probes/grafana/grafana_datasource.hpp"
#include "probes/mimir/mimir_api.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;
using wire::Canary;

using Sight = Result<CanarySight>;

bool is_line(const CanaryRoutePlan& route) {
  return route.entrance == CanaryEntrance::file || route.entrance == CanaryEntrance::standard_output;
}

// The labels of a line are those of who tails it.
std::string selector_of(const CanaryRoutePlan& route) {
  if (route.entrance == CanaryEntrance::file) return fmt::format("{{filename={}}}", promql_string(route.file));
  if (route.entrance != CanaryEntrance::standard_output) return selector_of_own_streams();
  if (route.container.empty()) return "{container=~\".+\"}";
  return fmt::format("{{container={}}}", promql_string(route.container));
}

// A clock that was set back since the write does not hide what was written; nothing of it is stamped later than its
// horizon.
WallTime end_of_search(const CanaryRoutePlan& route, const Canary& canary, WallTime now) {
  return std::clamp(now, canary.written, canary.written + route.patience.horizon);
}

HttpRequest usual_question(const CanaryRoutePlan& route, const Canary& canary, std::string_view api_prefix,
                           WallTime now) {
  const auto until = end_of_search(route, canary, now);
  switch (route.signal) {
    case Signal::metrics:
      return route.entrance == CanaryEntrance::scrape ? ask_mimir_for_scraped(canary, api_prefix, until)
                                                      : ask_mimir_for(canary, api_prefix, until);
    case Signal::logs: return ask_loki_for(canary, selector_of(route), until);
    case Signal::traces: break;
  }
  return ask_tempo_for(canary);
}

Sight find_in_usual(const HttpResponse& response, const CanaryRoutePlan& route, const Canary& canary,
                    const std::string& address) {
  if (route.signal == Signal::traces) return find_in_tempo(response, canary, address);
  if (response.status != 200) return status_error(response, address);
  if (route.signal == Signal::logs)
    return is_line(route) ? find_wrapped_in_loki(response.body, canary) : find_in_loki(response.body, canary);
  return route.entrance == CanaryEntrance::scrape ? find_scraped_in_mimir(response.body, canary)
                                                  : find_in_mimir(response.body, canary);
}

asio::awaitable<Sight> read_usually(Asker& asker, const CanaryRoutePlan& route, const Canary& canary) {
  auto response = co_await asker.ask(usual_question(route, canary, route.api_prefix, asker.now()));
  if (!response) co_return response.error();
  co_return find_in_usual(*response, route, canary, route.backend.url.address());
}

asio::awaitable<Sight> search(Asker& asker, const CanaryRoutePlan& route, const Canary& canary) {
  auto response = co_await asker.ask_ok(ask_tempo_search_for(canary, route.patience.deadline));
  if (!response) co_return response.error();
  co_return find_in_search(response->body, canary);
}

Error no_datasource(std::size_t found, std::string_view type) {
  return {Phase::content, Reason::not_found,
          fmt::format("Grafana has {} datasources of the type {}, and the configuration names none", found, type),
          "name its uid under grafana.datasources"};
}

asio::awaitable<Result<std::string>> uid_to_ask(Asker& asker, const CanaryRoutePlan& route) {
  if (!route.datasource.empty()) co_return route.datasource;
  const auto type = datasource_type(backend_of(route.signal));
  auto listed = co_await list_datasources(asker, route.grafana->url.address());
  if (!listed) co_return listed.error();
  auto uids = uids_of_type(*listed, type);
  if (uids.size() != 1) co_return no_datasource(uids.size(), type);
  co_return std::move(uids.front());
}

asio::awaitable<Sight> read_through_grafana(Asker& asker, const CanaryRoutePlan& route, const Canary& canary) {
  const auto uid = co_await uid_to_ask(asker, route);
  if (!uid) co_return uid.error();
  auto question = usual_question(route, canary, "", asker.now());
  question.target = datasource_proxy(*uid) + question.target;
  auto response = co_await asker.ask(std::move(question));
  if (!response) co_return response.error();
  co_return find_in_usual(*response, route, canary, route.grafana->url.address());
}

asio::awaitable<Sight> read_with(Asker& asker, const CanaryRoutePlan& route, CanaryRead read, const Canary& canary) {
  if (read == CanaryRead::search) return search(asker, route, canary);
  if (read == CanaryRead::grafana) return read_through_grafana(asker, route, canary);
  return read_usually(asker, route, canary);
}

}  // namespace

CanaryRead usual_read(Signal signal) { return signal == Signal::traces ? CanaryRead::id : CanaryRead::query; }

asio::awaitable<CanaryReadRun> read_canary(CanaryOutside& outside, const CanaryRoutePlan& route, CanaryRead read,
                                           const Canary& canary) {
  const auto& endpoint = read == CanaryRead::grafana ? *route.grafana : route.backend;
  Asker asker(outside.clients, endpoint, outside.clock, Deadline(outside.clock.now() + route.timeout));
  CanaryReadRun run(co_await read_with(asker, route, read, canary));
  const auto exchanges = asker.take_exchanges();
  if (!exchanges.empty()) run.evidence = evidence_line(exchanges.back());
  co_return run;
}

CanaryEvent event_of(const CanaryReadRun& run) {
  if (!run.sight) return canary_event::ReadFailed();
  if (run.sight->copies == 0) return canary_event::NotSeen();
  canary_event::Seen seen;
  seen.copies = run.sight->copies;
  seen.corrupt_copies = run.sight->corrupt_copies;
  return seen;
}

}  // namespace lgtmwatch
