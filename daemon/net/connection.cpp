#include "daemon/net/connection.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <concepts>

#include "daemon/net/certificate_check.hpp"
#include "daemon/net/proxy.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

using GenericEndpoint = asio::generic::stream_protocol::endpoint;
using ErrorCode = boost::system::error_code;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t longest_proxy_head = 8 * 1024;
constexpr std::array<unsigned char, 3> http2_only{2, 'h', '2'};

std::string text_of(const asio::ip::tcp::endpoint& endpoint) {
  const auto address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

// Wrapped, because a generic endpoint converts from anything, an Error included.
struct Target {
  template <std::same_as<GenericEndpoint> E>
  explicit Target(E endpoint_) : endpoint(std::move(endpoint_)) {}
  GenericEndpoint endpoint;
};

const Url& first_hop(const Endpoint& endpoint) { return is_proxied(endpoint) ? *endpoint.proxy : endpoint.url; }

asio::awaitable<Result<Target>> find_target(Resolver& resolver, ConnectAttempt& attempt) {
  const auto& url = first_hop(attempt.endpoint);
  if (url.scheme() == Url::Scheme::unix_socket) {
    if (url.host().size() >= sizeof(sockaddr_un::sun_path))
      co_return Error(Phase::resolve, Reason::internal, fmt::format("the socket path {} is too long", url.host()));
    attempt.remote = url.address();
    co_return Target(GenericEndpoint(asio::local::stream_protocol::endpoint(url.host())));
  }
  auto address = co_await resolver.resolve(url.host(), attempt.deadline);
  if (!address) co_return address.error();
  const asio::ip::tcp::endpoint endpoint(*address, url.port());
  attempt.remote = text_of(endpoint);
  co_return Target(GenericEndpoint(endpoint));
}

asio::awaitable<Result<OpenStream>> connect_first_hop(asio::any_io_executor executor, Resolver& resolver,
                                                      ConnectAttempt& attempt, PhaseWatch& watch) {
  auto target = co_await find_target(resolver, attempt);
  if (!target) co_return target.error();
  watch.done(Phase::resolve);

  Peer peer{first_hop(attempt.endpoint).address(), attempt.remote, attempt.patience};
  auto socket = std::make_unique<Socket>(executor);
  Watchdog watchdog(executor);
  watchdog.arm(*socket, attempt.deadline);
  auto [code] = co_await socket->async_connect(target->endpoint, as_tuple);
  code = watchdog.meaning_of(code);
  if (code) co_return net_error(Phase::connect, code, peer);
  OpenStream stream(std::move(watchdog), std::move(peer));
  stream.plain = std::move(socket);
  co_return stream;
}

// Takes no byte behind the head, where the target may already speak.
asio::awaitable<Result<std::string>> read_head(OpenStream& stream) {
  std::string head;
  std::array<char, 1024> scratch;
  while (head.size() < longest_proxy_head) {
    const auto seen = asio::buffer(scratch);
    auto [failed, count] = co_await stream.plain->async_receive(seen, asio::socket_base::message_peek, as_tuple);
    failed = stream.watchdog.meaning_of(failed);
    if (failed) co_return net_error(Phase::connect, failed, stream.peer);
    const auto before = head.size();
    head.append(scratch.data(), count);
    const auto end = head.find("\r\n\r\n", before < 3 ? 0 : before - 3);
    if (end != std::string::npos) head.resize(end + 4);
    const auto taken = asio::buffer(scratch, head.size() - before);
    auto [lost, read] = co_await stream.plain->async_receive(taken, as_tuple);
    (void)read;
    lost = stream.watchdog.meaning_of(lost);
    if (lost) co_return net_error(Phase::connect, lost, stream.peer);
    if (end != std::string::npos) co_return head;
  }
  co_return head.substr(0, head.find('\n'));
}

asio::awaitable<std::optional<Error>> open_tunnel(OpenStream& stream, const ConnectAttempt& attempt) {
  const auto request = connect_request(attempt.endpoint);
  auto [code, written] = co_await asio::async_write(*stream.plain, asio::buffer(request), as_tuple);
  code = stream.watchdog.meaning_of(code);
  if (code) co_return without_proxy(net_error(Phase::connect, code, stream.peer), attempt.endpoint);
  auto head = co_await read_head(stream);
  if (head) co_return judge_connect_answer(*head, attempt.endpoint);
  if (head.error().reason == Reason::timeout) co_return silent_proxy(attempt.endpoint, attempt.patience);
  co_return without_proxy(head.error(), attempt.endpoint);
}

asio::awaitable<std::optional<Error>> secure(OpenStream& stream, const ConnectAttempt& attempt) {
  stream.watchdog.disarm();
  stream.secured = std::make_unique<TlsStream>(std::move(*stream.plain), *attempt.tls);
  stream.plain.reset();
  CertificateCheck check;
  auto problem = check.arm(*stream.secured, attempt.endpoint);
  if (problem) co_return problem;
  auto* handshake = stream.secured->native_handle();
  if (attempt.http2) SSL_set_alpn_protos(handshake, http2_only.data(), http2_only.size());
  stream.watchdog.arm(stream.secured->next_layer(), attempt.deadline);
  auto [code] = co_await stream.secured->async_handshake(asio::ssl::stream_base::client, as_tuple);
  code = stream.watchdog.meaning_of(code);
  if (!code) co_return std::nullopt;
  auto refusal = check.refusal(stream.peer);
  co_return refusal ? refusal : net_error(Phase::tls, code, stream.peer);
}

}  // namespace

asio::awaitable<Result<OpenStream>> open_stream(asio::any_io_executor executor, Resolver& resolver,
                                                ConnectAttempt& attempt) {
  const bool proxied = is_proxied(attempt.endpoint);
  PhaseWatch watch(attempt.phases);
  auto stream = co_await connect_first_hop(executor, resolver, attempt, watch);
  if (!stream && proxied) co_return without_proxy(stream.error(), attempt.endpoint);
  if (!stream) co_return stream.error();
  if (proxied && (attempt.tls || attempt.http2)) {
    auto problem = co_await open_tunnel(*stream, attempt);
    if (problem) co_return *problem;
  }
  if (proxied) {
    stream->peer.address = attempt.endpoint.url.address();
    stream->peer.proxy = attempt.endpoint.proxy->address();
  }
  watch.done(Phase::connect);
  if (attempt.tls) {
    auto problem = co_await secure(*stream, attempt);
    if (problem) co_return *problem;
    watch.done(Phase::tls);
  }
  co_return stream;
}

}  // namespace lgtmwatch
