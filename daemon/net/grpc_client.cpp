#include "daemon/net/grpc_client.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "daemon/net/connection.hpp"
#include "daemon/net/grpc_session.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t message_limit = 1 << 20;
constexpr std::size_t read_size = 16 * 1024;

// Sends and receives on the open stream until the call is over; an error where the connection failed.
template <class Stream>
asio::awaitable<std::optional<Error>> converse(Stream& stream, GrpcSession& session, OpenStream& open,
                                               PhaseTimes& phases) {
  PhaseWatch watch(phases);
  std::array<char, read_size> room;
  auto waiting_for = Phase::write;
  while (true) {
    const auto output = session.output();
    if (!output.empty()) {
      auto [code, written] = co_await asio::async_write(stream, asio::buffer(output), as_tuple);
      code = open.watchdog.meaning_of(code);
      // What the peer has said before it closed tells more than that it did.
      if (code && waiting_for != Phase::write)
        co_return closed_grpc_error(waiting_for, code, session.heard_anything(), open.peer);
      if (code) co_return net_error(waiting_for, code, open.peer);
    }
    if (waiting_for == Phase::write) {
      watch.done(Phase::write);
      waiting_for = Phase::first_byte;
    }
    if (session.over()) break;
    auto [failed, count] = co_await stream.async_read_some(asio::buffer(room), as_tuple);
    failed = open.watchdog.meaning_of(failed);
    if (count > 0) session.feed(std::string_view(room.data(), count));
    if (waiting_for == Phase::first_byte && session.answered()) {
      watch.done(Phase::first_byte);
      waiting_for = Phase::read;
    }
    if (failed && !session.over())
      co_return closed_grpc_error(waiting_for, failed, session.heard_anything(), open.peer);
  }
  watch.done(Phase::read);
  co_return std::nullopt;
}

// The call is over: a reset spares both sides the rest of the farewell.
void reset(OpenStream& open) {
  auto& socket = open.plain ? *open.plain : lowest(*open.secured);
  boost::system::error_code ignored;
  open.watchdog.disarm();
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

class NghttpGrpcClient final : public GrpcClient {
 public:
  NghttpGrpcClient(asio::any_io_executor executor, Resolver& resolver)
      : executor_(std::move(executor)), resolver_(resolver) {}

  asio::awaitable<GrpcExchange> call(const Endpoint& endpoint, GrpcRequest request, Deadline deadline) override {
    ConnectAttempt attempt(endpoint, deadline);
    attempt.http2 = true;
    auto answer = co_await attempt_call(attempt, std::move(request));
    GrpcExchange exchange(std::move(answer));
    exchange.phases = attempt.phases;
    exchange.remote = attempt.remote;
    co_return exchange;
  }

 private:
  asio::awaitable<Result<GrpcResponse>> attempt_call(ConnectAttempt& attempt, GrpcRequest request) {
    auto context = tls_contexts_.of(attempt.endpoint);
    if (!context) co_return context.error();
    attempt.tls = *context;
    auto stream = co_await open_stream(executor_, resolver_, attempt);
    if (!stream) co_return stream.error();
    auto& open = *stream;
    const auto session = make_grpc_session(attempt.endpoint, request, open.peer, message_limit);
    std::optional<Error> failed;
    if (open.plain) failed = co_await converse(*open.plain, *session, open, attempt.phases);
    if (open.secured) failed = co_await converse(*open.secured, *session, open, attempt.phases);
    reset(open);
    const bool without_a_word = failed && failed->reason == Reason::reset && !session->heard_anything();
    if (without_a_word && open.plain) co_return co_await tell_tls(attempt, open.peer, *failed);
    if (failed) co_return *failed;
    co_return session->result();
  }

  // Many servers send no alert to those who speak without TLS. A handshake, in which nothing is trusted or sent, tells.
  asio::awaitable<Error> tell_tls(const ConnectAttempt& failed, Peer peer, Error error) {
    auto endpoint = failed.endpoint;
    endpoint.tls = TlsSettings();
    endpoint.tls.insecure_skip_verify = true;
    ConnectAttempt attempt(endpoint, failed.deadline);
    auto context = make_tls_context(endpoint.tls);
    if (!context) co_return error;
    attempt.tls = *context;
    attempt.http2 = true;
    auto stream = co_await open_stream(executor_, resolver_, attempt);
    if (!stream) co_return error;
    reset(*stream);
    co_return expects_tls_error(peer);
  }

  asio::any_io_executor executor_;
  Resolver& resolver_;
  TlsContexts tls_contexts_;
};

}  // namespace

std::unique_ptr<GrpcClient> make_grpc_client(asio::any_io_executor executor, Resolver& resolver) {
  return std::make_unique<NghttpGrpcClient>(std::move(executor), resolver);
}

}  // namespace lgtmwatch
