#include "daemon/serve/web_access.hpp"

#include "daemon/base/on_worker.hpp"
#include "daemon/serve/responses.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

asio::awaitable<bool> judge(Secret password, Secret hash) { co_return fits(password, hash); }

bool is_open_to_all(std::string_view path) { return path == "/-/healthy" || path == "/-/ready"; }

ServerResponse unauthorized() {
  ServerResponse response(401, text_type, "a user name and a password are asked for here\n");
  response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"lgtmwatch\", charset=\"UTF-8\"");
  return response;
}

ServerResponse busy() {
  ServerResponse response(503, text_type, "too many passwords are being judged just now; try again in a moment\n");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

// Counts as long as it lives.
struct Waiting {
  explicit Waiting(std::size_t& count_) : count(count_) { ++count; }
  ~Waiting() { --count; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  std::size_t& count;
};

}  // namespace

WebAccess::WebAccess(asio::any_io_executor judges, WebPlan plan)
    : judges_(std::move(judges)), plan_(std::move(plan)), decoy_(decoy_among(plan_.users)) {}

void WebAccess::apply(WebPlan plan) {
  plan_ = std::move(plan);
  decoy_ = decoy_among(plan_.users);
  good_.clear();
  ++generation_;
}

asio::awaitable<ServerResponse> WebAccess::answer(ServerRequest request, ServerHandler handler) {
  std::string path(request.path());
  std::string authorization(request.header("Authorization"));
  auto refused = co_await refusal(std::move(path), std::move(authorization));
  ServerResponse response(0, "", "");
  if (refused)
    response = std::move(*refused);
  else
    response = co_await handler(std::move(request));
  response.headers.insert(response.headers.end(), plan_.headers.begin(), plan_.headers.end());
  co_return response;
}

asio::awaitable<std::optional<ServerResponse>> WebAccess::refusal(std::string path, std::string authorization) {
  if (plan_.users.empty() || is_open_to_all(path)) co_return std::nullopt;
  auto credentials = basic_credentials(authorization);
  if (!credentials) co_return unauthorized();
  if (is_remembered(*credentials)) co_return std::nullopt;
  if (waiting_ >= most_waiting) co_return busy();
  const bool good = co_await is_good(std::move(*credentials));
  if (good) co_return std::nullopt;
  co_return unauthorized();
}

asio::awaitable<bool> WebAccess::is_good(Credentials credentials) {
  const Waiting waiting(waiting_);
  const auto user = plan_.users.find(credentials.name);
  const bool is_known = user != plan_.users.end();
  const auto generation = generation_;
  auto judging = judge(credentials.password, is_known ? user->second : decoy_);
  const bool is_fitting = co_await on_worker(judges_, std::move(judging));
  if (!is_fitting || !is_known) co_return false;
  if (generation == generation_) good_.insert_or_assign(credentials.name, credentials.password);
  co_return true;
}

bool WebAccess::is_remembered(const Credentials& credentials) const {
  const auto good = good_.find(credentials.name);
  return good != good_.end() && are_same(good->second.reveal(), credentials.password.reveal());
}

}  // namespace lgtmwatch
