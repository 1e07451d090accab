#include "tests/support/fake_grpc_client.hpp"

namespace lgtmwatch::test {

boost::asio::awaitable<GrpcExchange> FakeGrpcClient::call(const Endpoint& endpoint, GrpcRequest request, Deadline) {
  asked.push_back({endpoint.url.address(), request});
  const auto found = answers.find(request.method);
  if (found != answers.end()) co_return GrpcExchange(found->second);
  GrpcResponse unknown;
  unknown.status = 12;
  unknown.status_message = "unknown method " + request.method;
  co_return GrpcExchange(std::move(unknown));
}

}  // namespace lgtmwatch::test
