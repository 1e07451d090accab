#include "daemon/serve/routes.hpp"

#include <algorithm>

#include "daemon/base/on_worker.hpp"
#include "daemon/serve/api.hpp"
#include "daemon/serve/api_description.hpp"
#include "daemon/serve/badge.hpp"
#include "daemon/serve/cause_page.hpp"
#include "daemon/serve/change_routes.hpp"
#include "daemon/serve/history_routes.hpp"
#include "daemon/serve/maintenance_api.hpp"
#include "daemon/serve/metrics.hpp"
#include "daemon/serve/page.hpp"
#include "daemon/serve/probe_page.hpp"
#include "daemon/serve/report.hpp"
#include "daemon/serve/responses.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr const char* html_type = "text/html; charset=utf-8";
constexpr std::string_view probes_prefix = "/api/v1/probes/";
constexpr std::string_view probe_pages_prefix = "/probes/";
constexpr std::string_view stacks_prefix = "/stacks/";
constexpr std::string_view causes_prefix = "/causes/";
constexpr std::string_view badges_prefix = "/badge/";

asio::awaitable<std::string> write_metrics(std::shared_ptr<const Snapshot> snapshot, SelfMetrics self) {
  co_return metrics_text(*snapshot, self, read_process_metrics());
}

asio::awaitable<ServerResponse> metrics_response(const WebContext& context, bool with_body) {
  ++context.self->scrapes;
  const auto snapshot = context.snapshot();
  auto self = *context.self;
  self.clock = context.now();
  auto writing = write_metrics(snapshot, std::move(self));
  auto text = co_await on_worker(context.worker->get_executor(), std::move(writing));
  if (with_body && context.scraped) context.scraped(*snapshot);
  co_return ServerResponse(200, metrics_content_type, std::move(text));
}

ServerResponse probe_response(const Snapshot& snapshot, std::string_view encoded_id) {
  if (encoded_id.empty()) return json_response(probes_json(snapshot));
  const auto id = decoded_path(encoded_id);
  const auto found = id ? probe_json(snapshot, *id) : std::nullopt;
  if (found) return json_response(*found);
  return {404, text_type, "no such probe; GET /api/v1/probes/ lists them\n"};
}

// The way from the page of that path to the root.
std::string way_to_root(std::string_view path) {
  std::string way;
  for (auto slashes = std::count(path.begin(), path.end(), '/'); slashes > 1; --slashes) way += "../";
  return way;
}

ServerResponse probe_page_response(const WebContext& context, const Snapshot& snapshot, std::string_view path) {
  const auto id = decoded_path(path.substr(probe_pages_prefix.size()));
  auto page = id ? probe_page(snapshot, *id, way_to_root(path), bool(context.run_probe)) : std::nullopt;
  if (page) return {200, html_type, std::move(*page)};
  return {404, text_type, "no such probe; see /probes for all of them\n"};
}

ServerResponse status_page_response(const WebContext& context, const Snapshot& snapshot, const ServerRequest& request) {
  const StackFilter filter{request.query("search"), request.query("only_broken") == "1"};
  return {200, html_type, status_page(snapshot, context.history, filter)};
}

ServerResponse stack_page_response(const WebContext& context, const Snapshot& snapshot, std::string_view path) {
  const auto name = decoded_path(path.substr(stacks_prefix.size()));
  auto page = name ? stack_page(snapshot, *name, way_to_root(path), context.history) : std::nullopt;
  if (page) return {200, html_type, std::move(*page)};
  return {404, text_type, "no such stack; see / for all of them\n"};
}

ServerResponse report_response(Snapshot snapshot, const History* history, const std::string& stack) {
  if (!stack.empty()) std::erase_if(snapshot.stacks, [&](const auto& each) { return each->verdict.name != stack; });
  if (snapshot.stacks.empty()) return {404, text_type, "no such stack; GET /api/v1/status lists them\n"};
  return {200, "text/markdown; charset=utf-8", report_markdown(snapshot, history)};
}

ServerResponse badge_response(const Snapshot& snapshot, std::string_view encoded_name) {
  const auto name = decoded_path(encoded_name);
  auto svg = name ? badge(snapshot, *name) : std::nullopt;
  if (!svg) return {404, text_type, "no such badge; they are called STACK.svg and STACK/SIGNAL.svg\n"};
  ServerResponse response(200, "image/svg+xml", std::move(*svg));
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

ServerResponse cause_response(const Catalogue& catalogue, std::string_view id) {
  if (const auto* cause = catalogue.find(id)) return {200, html_type, cause_page(*cause)};
  return {404, html_type, no_cause_page(id)};
}

ServerResponse events_response(const WebContext& context, const ServerRequest& request) {
  ServerResponse response(200, "text/event-stream", "");
  response.headers = {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}};
  if (request.method == "HEAD") return response;
  response.stream = context.events->listen(request.header("Last-Event-ID"));
  if (response.stream) return response;
  return {503, text_type, "too many are listening already; ask /api/v1/status now and then instead\n"};
}

ServerResponse plain_answer(const WebContext& context, const Snapshot& snapshot, const ServerRequest& request) {
  const auto path = request.path();
  if (path == "/") return status_page_response(context, snapshot, request);
  if (path.starts_with(stacks_prefix)) return stack_page_response(context, snapshot, path);
  if (path == "/probes") return {200, html_type, probe_list_page(snapshot, request.query("stack"))};
  if (path.starts_with(probe_pages_prefix)) return probe_page_response(context, snapshot, path);
  if (path == "/causes") return {200, html_type, cause_list_page(context.catalogue)};
  if (path.starts_with(causes_prefix)) return cause_response(context.catalogue, path.substr(causes_prefix.size()));
  if (path == "/api/v1/status") return json_response(status_json(snapshot));
  if (path == "/api/v1/findings") return json_response(findings_json(snapshot));
  if (path == "/api/v1/report") return report_response(snapshot, context.history, request.query("stack"));
  if (path == "/api/v1/maintenance") return json_response(windows_json(context.windows(), context.now()));
  if (path == "/api/v1/events") return events_response(context, request);
  if (path == "/api/v1/openapi.json") return {200, json_type, std::string(api_description().front().content)};
  if (path.starts_with(probes_prefix)) return probe_response(snapshot, path.substr(probes_prefix.size()));
  if (path.starts_with(badges_prefix)) return badge_response(snapshot, path.substr(badges_prefix.size()));
  if (path == "/-/healthy") return {200, text_type, "lgtmwatch is healthy.\n"};
  if (path == "/-/ready")
    return snapshot.ready ? ServerResponse(200, text_type, "lgtmwatch is ready.\n")
                          : ServerResponse(503, text_type, "The first round of probes is still under way.\n");
  return {404, text_type, "not found; see / for the status page and /metrics\n"};
}

}  // namespace

asio::awaitable<ServerResponse> answer_request(const WebContext& context, ServerRequest request) {
  if (asks_for_change(request)) {
    auto response = co_await answer_change(context, std::move(request));
    co_return response;
  }
  if (request.method != "GET" && request.method != "HEAD") co_return refuse_all_but("GET, HEAD");
  if (request.path() == "/metrics") {
    auto response = co_await metrics_response(context, request.method == "GET");
    co_return response;
  }
  if (context.history) {
    auto answer = answer_about_history(*context.history, *context.snapshot(), context.catalogue, request);
    if (answer) co_return std::move(*answer);
  }
  const auto snapshot = context.snapshot();
  co_return plain_answer(context, *snapshot, request);
}

}  // namespace lgtmwatch
