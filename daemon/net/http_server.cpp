#include "daemon/net/http_server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/base/task_group.hpp"
#include "daemon/net/http_session.hpp"
#include "daemon/net/listen.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class BeastServer final : public HttpServer {
 public:
  BeastServer(tcp::acceptor acceptor, ServerOptions options)
      : acceptor_(std::move(acceptor)),
        port_(acceptor_.local_endpoint().port()),
        options_(options),
        connections_(acceptor_.get_executor(), nullptr) {}

  std::uint16_t port() const override { return port_; }

  asio::awaitable<void> serve(ServerHandler handler) override {
    handler_ = std::move(handler);
    co_await asio::this_coro::throw_if_cancelled(false);
    auto cancelled = co_await asio::this_coro::cancellation_state;
    while (acceptor_.is_open() && cancelled.cancelled() == asio::cancellation_type::none) co_await accept_one();
    close();
    co_await connections_.join();
  }

  void use_tls(std::shared_ptr<ServerTls> tls) override { tls_ = std::move(tls); }

  void close() override {
    error_code ignored;
    acceptor_.close(ignored);
    connections_.cancel();
  }

 private:
  asio::awaitable<void> accept_one() {
    error_code code;
    auto socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, code));
    if (code) {
      if (acceptor_.is_open() && code != asio::error::operation_aborted) co_await pause();
      co_return;
    }
    if (!acceptor_.is_open() || connections_.size() >= options_.max_connections) co_return;
    socket.set_option(tcp::no_delay(true), code);
    connections_.spawn(converse(std::move(socket), tls_, options_, handler_));
  }

  // Out of descriptors, most likely: accepting again at once would only spin.
  asio::awaitable<void> pause() {
    asio::steady_timer timer(acceptor_.get_executor(), std::chrono::milliseconds(50));
    error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  tcp::acceptor acceptor_;
  std::uint16_t port_;
  ServerOptions options_;
  std::shared_ptr<ServerTls> tls_;
  ServerHandler handler_;
  TaskGroup connections_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> make_http_server(asio::any_io_executor executor, const std::string& address,
                                                     ServerOptions options) {
  auto acceptor = listen_on(std::move(executor), address);
  if (!acceptor) return acceptor.error();
  return std::make_unique<BeastServer>(std::move(*acceptor), options);
}

Result<std::unique_ptr<HttpServer>> make_http_server(asio::any_io_executor executor, int descriptor,
                                                     ServerOptions options) {
  auto acceptor = listen_on(std::move(executor), descriptor);
  if (!acceptor) return acceptor.error();
  return std::make_unique<BeastServer>(std::move(*acceptor), options);
}

}  // namespace lgtmwatch
