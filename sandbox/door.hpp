// Door: one listening address of the sandbox: HTTP or gRPC, which can also refuse, hang, or speak what nobody expects.
//
// Its port stays its own while it refuses: a socket that is bound and does not listen holds it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "daemon/net/grpc_server_session.hpp"
#include "daemon/net/http_server.hpp"

namespace lgtmwatch::sandbox {

enum class DoorState { refusing, serving_http, hanging, serving_grpc, expecting_tls, hanging_up };

using Answer = std::function<ServerResponse(const ServerRequest&)>;

class Door {
 public:
  virtual ~Door() = default;
  virtual const std::string& address() const = 0;  // "127.0.0.1:40123"
  // At once for new connections; an error where the port cannot be listened on any more.
  virtual Result<void> set(DoorState state) = 0;
  virtual void answer_with(Answer answer) = 0;              // over HTTP
  virtual void answer_calls_with(GrpcHandler handler) = 0;  // over gRPC; UNIMPLEMENTED where none is given
  // Refuses from now on and waits until all its connections have ended.
  virtual boost::asio::awaitable<void> close() = 0;
};

// Takes the port (0 for a free one) and refuses until its state is set.
Result<std::unique_ptr<Door>> make_door(boost::asio::any_io_executor executor, const std::string& host,
                                        std::uint16_t port);

}  // namespace lgtmwatch::sandbox
