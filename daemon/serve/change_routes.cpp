#include "daemon/serve/change_routes.hpp"

#include <boost/url/pct_string_view.hpp>

#include "daemon/serve/api.hpp"
#include "daemon/serve/maintenance_api.hpp"
#include "daemon/serve/responses.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr std::string_view reload_path = "/-/reload";
constexpr std::string_view windows_path = "/api/v1/maintenance";
constexpr std::string_view window_prefix = "/api/v1/maintenance/";
constexpr std::string_view api_probes_prefix = "/api/v1/probes/";
constexpr std::string_view page_probes_prefix = "/probes/";

ServerResponse text_response(int status, std::string text) { return {status, text_type, std::move(text)}; }

ServerResponse forbidden(const char* otherwise = "") {
  return text_response(403, std::string("not allowed; start lgtmwatch with --web.enable-lifecycle") + otherwise + "\n");
}

// A page of somebody else must not change anything through the browser of who looks at it.
bool is_of_another_site(const ServerRequest& request) { return request.header("Sec-Fetch-Site") == "cross-site"; }

asio::awaitable<ServerResponse> reload_response(const WebContext& context, ServerRequest request) {
  if (request.method != "POST" && request.method != "PUT") co_return refuse_all_but("POST, PUT");
  if (!context.reload) co_return forbidden(", or send SIGHUP");
  const auto problem = co_await context.reload();
  if (!problem) co_return text_response(200, "");
  co_return text_response(500, *problem);
}

ServerResponse refusal_of(RunNow outcome) {
  switch (outcome) {
    case RunNow::unknown: return text_response(404, "no such probe; GET /api/v1/probes/ lists them\n");
    case RunNow::running: return text_response(409, "it is running just now; GET shows its last run in a moment\n");
    case RunNow::too_many: {
      auto response = text_response(429, "too many probes are being run by hand just now; try again in a moment\n");
      response.headers.emplace_back("Retry-After", "5");
      return response;
    }
    case RunNow::cancelled:
    case RunNow::done: break;
  }
  return text_response(503, "lgtmwatch is stopping or takes a new configuration; try again in a moment\n");
}

ServerResponse shown_run(const Snapshot& snapshot, const ServerRequest& request, const std::string& id) {
  if (request.path().starts_with(page_probes_prefix)) {
    auto response = text_response(303, "");
    // The last segment alone: whatever a proxy has put before the path stays.
    const auto path = request.path();
    response.headers.emplace_back("Location", std::string(path.substr(path.rfind('/') + 1)));
    return response;
  }
  const auto shown = probe_json(snapshot, id);
  if (!shown) return refusal_of(RunNow::cancelled);
  return json_response(*shown);
}

asio::awaitable<ServerResponse> run_response(const WebContext& context, ServerRequest request) {
  const auto path = request.path();
  const auto prefix = path.starts_with(page_probes_prefix) ? page_probes_prefix : api_probes_prefix;
  if (request.method != "POST") co_return refuse_all_but("GET, HEAD, POST");
  if (!context.run_probe) co_return forbidden();
  auto id = decoded_path(path.substr(prefix.size()));
  if (!id) co_return refusal_of(RunNow::unknown);
  const auto outcome = co_await context.run_probe(*id);
  if (outcome != RunNow::done) co_return refusal_of(outcome);
  const auto snapshot = context.snapshot();
  co_return shown_run(*snapshot, request, *id);
}

ServerResponse told(int status, const Error& error) {
  return text_response(status, error.what + (error.hint.empty() ? "" : "; " + error.hint) + "\n");
}

bool is_json(std::string_view type) { return type.substr(0, type.find(';')) == json_type; }

ServerResponse announce_response(const WebContext& context, const ServerRequest& request) {
  if (request.method != "POST") return refuse_all_but("GET, HEAD, POST");
  if (!context.announce) return forbidden();
  if (!is_json(request.header("Content-Type")))
    return text_response(415, "send JSON, with the header Content-Type: application/json\n");
  auto window = parse_window(request.body, *context.snapshot(), context.now());
  if (!window) return told(400, window.error());
  const auto announced = context.announce(std::move(*window));
  if (!announced) return told(announced.error().reason == Reason::limit ? 409 : 500, announced.error());
  return json_response(window_json(*announced, context.now()), 201);
}

ServerResponse take_back_response(const WebContext& context, const ServerRequest& request) {
  if (request.method != "DELETE") return refuse_all_but("DELETE");
  if (!context.take_back) return forbidden();
  const auto taken_back = context.take_back(std::string(request.path().substr(window_prefix.size())));
  if (!taken_back) return told(500, taken_back.error());
  if (*taken_back) return {204, "", ""};
  return text_response(404, "no such window; GET /api/v1/maintenance lists those that can be deleted, with their id\n");
}

}  // namespace

bool asks_for_change(const ServerRequest& request) {
  const auto path = request.path();
  if (path == reload_path) return true;
  if (request.method == "GET" || request.method == "HEAD") return false;
  return path == windows_path || path.starts_with(window_prefix) || path.starts_with(api_probes_prefix) ||
         path.starts_with(page_probes_prefix);
}

asio::awaitable<ServerResponse> answer_change(const WebContext& context, ServerRequest request) {
  if (is_of_another_site(request)) co_return text_response(403, "not allowed from a page of another site\n");
  if (request.path() == reload_path) {
    auto response = co_await reload_response(context, std::move(request));
    co_return response;
  }
  if (request.path() == windows_path) co_return announce_response(context, request);
  if (request.path().starts_with(window_prefix)) co_return take_back_response(context, request);
  auto response = co_await run_response(context, std::move(request));
  co_return response;
}

ServerResponse refuse_all_but(const std::string& methods) {
  ServerResponse refusal(405, text_type, "only " + methods + " are answered here\n");
  refusal.headers.emplace_back("Allow", methods);
  return refusal;
}

std::optional<std::string> decoded_path(std::string_view encoded) {
  const auto text = boost::urls::make_pct_string_view({encoded.data(), encoded.size()});
  return text ? std::optional(text->decode()) : std::nullopt;
}

}  // namespace lgtmwatch
