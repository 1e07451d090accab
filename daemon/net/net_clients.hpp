// NetClients: all that a process asks the network with, made together. What they give back tells a component that hangs
// from an lgtmwatch that does not get to run (stall_meter.hpp).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "daemon/net/grpc.hpp"
#include "daemon/net/http.hpp"

namespace lgtmwatch {

class NetClients {
 public:
  virtual ~NetClients() = default;
  virtual HttpClient& http() = 0;
  virtual GrpcClient& grpc() = 0;
  // Names are being looked up, which cannot be cancelled and may take for ever.
  virtual bool is_looking_up() const = 0;
};

std::unique_ptr<NetClients> make_net_clients(const boost::asio::any_io_executor& executor);

}  // namespace lgtmwatch
