#include "diagnosis/query.hpp"

#include <algorithm>
#include <array>

namespace lgtmwatch {
namespace {

bool says(const Error& error, std::string_view words) { return error.what.find(words) != std::string::npos; }

bool is_about_a_limit(const Error& error) {
  constexpr std::array words{
      "maximum number of series",  "maximum of series",         "exceeds the limit", "exceeded the maximum",
      "would read too many bytes", "context deadline exceeded", "query timed out",   "too many outstanding requests"};
  return std::any_of(words.begin(), words.end(), [&](const char* each) { return says(error, each); });
}

bool is_a_search(const RunRecord& run) {
  return !run.exchanges.empty() && run.exchanges.back().curl.find("/api/search") != std::string::npos;
}

bool says_a_server_error(const Error& error) {
  return error.reason == Reason::http_status && says(error, " answered 5");
}

std::string cause_of(Component backend, const RunRecord& run) {
  const auto& error = *run.failure;
  if (backend == Component::loki && says(error, "too many outstanding requests")) return "loki-too-many-outstanding";
  if ((error.reason == Reason::http_status || error.reason == Reason::limit) && is_about_a_limit(error))
    return "query-limits-or-timeout";
  if (backend == Component::tempo && is_a_search(run) && says_a_server_error(error))
    return "tempo-search-broken-by-id-works";
  return {};
}

}  // namespace

const RunRecord* failed_question(const View& view, Component backend) {
  const auto address = view.address(backend);
  const std::string name(to_string(backend));
  for (const auto& probe :
       {name + "_ready", std::string("loki_labels"), std::string("tempo_services"), std::string("mimir_tenant")}) {
    const auto run = view.settled<Readiness>(probe, address).run();
    if (probe.starts_with(name) && run && run->failure) return run;
  }
  for (const auto& expectation : view.plan().expectations) {
    const auto newest = view.newest(expectation);
    if (backend_of(expectation.signal) == backend && newest.error()) return newest.run();
  }
  return nullptr;
}

std::optional<QueryFault> query_fault(const View& view, Component backend) {
  if (!view.backend(backend) || view.silence(backend) || view.is_recovering(backend)) return std::nullopt;
  if (view.is_in_doubt(std::string(to_string(backend)) + "_ready", view.address(backend))) return std::nullopt;
  const auto* run = failed_question(view, backend);
  if (!run) return std::nullopt;
  auto cause = cause_of(backend, *run);
  if (cause.empty()) return std::nullopt;
  return QueryFault{std::move(cause), run};
}

}  // namespace lgtmwatch
