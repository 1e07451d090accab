#include "daemon/commands/ask_once.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "daemon/commands/leave.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

asio::awaitable<Result<HttpResponse>> ask(HttpClient& http, const Endpoint& endpoint, HttpRequest request,
                                          Deadline deadline) {
  request.connection = Connection::fresh;
  auto exchange = co_await http.send(endpoint, std::move(request), deadline);
  co_return std::move(exchange.answer);
}

}  // namespace

int ask_once(const Endpoint& endpoint, HttpRequest request, Duration patience,
             const std::function<int(const Result<HttpResponse>&)>& tell) {
  asio::io_context io(1);
  const auto net = make_net_clients(io.get_executor());
  std::optional<Result<HttpResponse>> answer;
  const Deadline deadline(std::chrono::steady_clock::now() + patience);
  asio::co_spawn(io, ask(net->http(), endpoint, std::move(request), deadline),
                 [&](std::exception_ptr thrown, Result<HttpResponse> found) {
                   if (thrown) std::rethrow_exception(thrown);
                   answer = std::move(found);
                 });
  io.run();
  return leave(*net, tell(*answer));
}

}  // namespace lgtmwatch
