// Factory of the gRPC client over nghttp2. See grpc.hpp for what it does and promises.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "daemon/net/grpc.hpp"
#include "daemon/net/resolver.hpp"

namespace lgtmwatch {

// The resolver must outlive the client.
std::unique_ptr<GrpcClient> make_grpc_client(boost::asio::any_io_executor executor, Resolver& resolver);

}  // namespace lgtmwatch
