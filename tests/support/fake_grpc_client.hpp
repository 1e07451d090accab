// FakeGrpcClient: answers from a table and keeps what was asked. All its fields are for the test to set and read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/net/grpc.hpp"

namespace lgtmwatch::test {

class FakeGrpcClient final : public GrpcClient {
 public:
  struct Asked {
    std::string address;
    GrpcRequest request;
  };

  boost::asio::awaitable<GrpcExchange> call(const Endpoint& endpoint, GrpcRequest request, Deadline deadline) override;

  std::map<std::string, Result<GrpcResponse>> answers;  // by method; any other is UNIMPLEMENTED
  std::vector<Asked> asked;
};

}  // namespace lgtmwatch::test
