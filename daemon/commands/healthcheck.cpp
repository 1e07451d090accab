// lgtmwatch healthcheck: exits 0 when the daemon there is healthy; for images that have neither curl nor wget.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <memory>

#include "daemon/commands/commands.hpp"
#include "daemon/net/http_client.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr auto patience = std::chrono::seconds(5);

asio::awaitable<Result<HttpResponse>> ask(HttpClient& http, const Endpoint& endpoint) {
  HttpRequest request("/-/healthy");
  request.connection = Connection::fresh;
  const Deadline deadline(std::chrono::steady_clock::now() + patience);
  auto exchange = co_await http.send(endpoint, std::move(request), deadline);
  co_return std::move(exchange.answer);
}

int judge(const Url& url, const std::optional<Result<HttpResponse>>& answer) {
  if (answer && *answer && (*answer)->status == 200) return 0;
  const auto why = answer && !*answer ? answer->error().what
                   : answer           ? fmt::format("{} answered {}", url.address(), (*answer)->status)
                                      : std::string("no answer");
  fmt::print(stderr, "not healthy: {}\n", why);
  return 1;
}

int healthcheck(const std::string& address) {
  const auto url = Url::parse(address);
  if (!url) {
    fmt::print(stderr, "error: {}\nhint: {}\n", url.error().what, url.error().hint);
    return 2;
  }
  asio::io_context io(1);
  const auto resolver = make_resolver(io.get_executor());
  const auto http = make_http_client(io.get_executor(), *resolver);
  const Endpoint endpoint(*url);
  std::optional<Result<HttpResponse>> answer;
  asio::co_spawn(io, ask(*http, endpoint),
                 [&](std::exception_ptr, Result<HttpResponse> found) { answer = std::move(found); });
  io.run();
  const int code = judge(*url, answer);
  if (resolver->in_flight() > 0) std::_Exit(code);  // getaddrinfo cannot be cancelled
  return code;
}

}  // namespace

void add_healthcheck_command(CLI::App& app, const Outside&, int& exit_code) {
  auto url = std::make_shared<std::string>("http://127.0.0.1:9797");
  auto* command = app.add_subcommand("healthcheck", "Exits 0 when the daemon at URL is healthy");
  command->add_option("url", *url, "Address of the daemon")->capture_default_str();
  command->callback([url, &exit_code] { exit_code = healthcheck(*url); });
}

}  // namespace lgtmwatch
