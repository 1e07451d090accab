#include "sandbox/door.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/base/task_group.hpp"
#include "sandbox/raw_connection.hpp"

namespace lgtmwatch::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

Error cannot_listen(const std::string& address, const error_code& code) {
  return {Phase::connect, Reason::internal, fmt::format("cannot listen on {}: {}", address, code.message()),
          "choose another --port.base; 0 takes free ports"};
}

std::string address_of(const tcp::endpoint& endpoint) {
  const auto ip = endpoint.address().to_string();
  if (endpoint.address().is_v6()) return fmt::format("[{}]:{}", ip, endpoint.port());
  return fmt::format("{}:{}", ip, endpoint.port());
}

error_code bind_reusable(auto& socket, const tcp::endpoint& endpoint) {
  error_code code;
  socket.open(endpoint.protocol(), code);
  if (!code) socket.set_option(asio::socket_base::reuse_address(true), code);
  if (!code) socket.bind(endpoint, code);
  return code;
}

GrpcResponse unimplemented(const GrpcRequest& call) {
  GrpcResponse response;
  response.status = 12;
  response.status_message = "unknown service " + call.method;
  return response;
}

class TcpDoor final : public Door {
 public:
  TcpDoor(asio::any_io_executor executor, tcp::socket holder)
      : executor_(executor),
        holder_(std::move(holder)),
        endpoint_(holder_.local_endpoint()),
        address_(address_of(endpoint_)),
        tasks_(executor, nullptr) {}

  const std::string& address() const override { return address_; }
  void answer_with(Answer answer) override { answer_ = std::move(answer); }
  void answer_calls_with(GrpcHandler handler) override { handler_ = std::move(handler); }

  // A door that was serving HTTP hangs over HTTP, so that connections which stand hang too.
  Result<void> set(DoorState state) override {
    const bool http = state == DoorState::serving_http || (state == DoorState::hanging && server_);
    const bool raw = !http && state != DoorState::refusing;
    if (!http) stop_http();
    if (!raw) stop_raw();
    state_ = state;
    if (http && !server_) return start_http();
    if (raw && !raw_) return start_raw();
    return {};
  }

  asio::awaitable<void> close() override {
    (void)set(DoorState::refusing);
    tasks_.cancel();
    co_await tasks_.join();
  }

 private:
  Result<void> start_http() {
    auto server = make_http_server(executor_, address_, ServerOptions());
    if (!server) return server.error();
    server_ = std::move(*server);
    tasks_.spawn(serve(server_));
    return {};
  }

  asio::awaitable<void> serve(std::shared_ptr<HttpServer> server) {
    ServerHandler handler = [this](ServerRequest request) { return handle(std::move(request)); };
    co_await server->serve(std::move(handler));
  }

  asio::awaitable<ServerResponse> handle(ServerRequest request) {
    if (state_ == DoorState::serving_http) co_return answer_(request);
    ServerResponse silence(503, "", "");
    silence.hang = true;
    co_return silence;
  }

  void stop_http() {
    if (server_) server_->close();
    server_.reset();
  }

  Result<void> start_raw() {
    auto acceptor = std::make_shared<tcp::acceptor>(executor_);
    auto code = bind_reusable(*acceptor, endpoint_);
    if (!code) acceptor->listen(asio::socket_base::max_listen_connections, code);
    if (code) return cannot_listen(address_, code);
    raw_ = acceptor;
    tasks_.spawn(accept_raw(acceptor));
    return {};
  }

  asio::awaitable<void> accept_raw(std::shared_ptr<tcp::acceptor> acceptor) {
    error_code code;
    while (!code) {
      auto socket = co_await acceptor->async_accept(asio::redirect_error(asio::use_awaitable, code));
      if (!code) tasks_.spawn(talk(std::move(socket)));
    }
  }

  asio::awaitable<void> talk(tcp::socket socket) {
    if (state_ == DoorState::serving_grpc) return serve_grpc(std::move(socket), handler_);
    if (state_ == DoorState::expecting_tls) return expect_tls(std::move(socket));
    if (state_ == DoorState::hanging_up) return hang_up(std::move(socket));
    return keep_silent(std::move(socket));
  }

  void stop_raw() {
    error_code ignored;
    if (raw_) raw_->close(ignored);
    raw_.reset();
  }

  asio::any_io_executor executor_;
  tcp::socket holder_;
  tcp::endpoint endpoint_;
  std::string address_;
  DoorState state_ = DoorState::refusing;
  Answer answer_;
  GrpcHandler handler_ = unimplemented;
  std::shared_ptr<HttpServer> server_;
  std::shared_ptr<tcp::acceptor> raw_;
  TaskGroup tasks_;
};

}  // namespace

Result<std::unique_ptr<Door>> make_door(asio::any_io_executor executor, const std::string& host, std::uint16_t port) {
  error_code code;
  const auto ip = asio::ip::make_address(host, code);
  if (code) return Error(Phase::connect, Reason::internal, fmt::format("\"{}\" is not an IP address", host));
  tcp::socket holder(executor);
  code = bind_reusable(holder, tcp::endpoint(ip, port));
  if (code) return cannot_listen(fmt::format("{}:{}", host, port), code);
  return std::make_unique<TcpDoor>(executor, std::move(holder));
}

}  // namespace lgtmwatch::sandbox
