// ProcessNetwork: the way to the stack of one process; a process that was killed asks nothing more.
#pragma once

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "tests/canary/simulated_stack.hpp"

namespace lgtmwatch::test {

struct ProcessNetwork final : HttpClient, GrpcClient {
  explicit ProcessNetwork(SimulatedStack& stack_) : stack(stack_) {}

  boost::asio::awaitable<HttpExchange> send(const Endpoint& endpoint, HttpRequest request, Deadline deadline) override {
    if (is_cut) throw boost::system::system_error(boost::asio::error::operation_aborted);
    co_return co_await stack.send(endpoint, std::move(request), deadline);
  }
  boost::asio::awaitable<GrpcExchange> call(const Endpoint& endpoint, GrpcRequest request, Deadline deadline) override {
    if (is_cut) throw boost::system::system_error(boost::asio::error::operation_aborted);
    co_return co_await stack.call(endpoint, std::move(request), deadline);
  }

  SimulatedStack& stack;
  bool is_cut = false;
};

}  // namespace lgtmwatch::test
