#include "daemon/net/http_channel.hpp"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using ErrorCode = boost::system::error_code;
using Parser = http::response_parser<http::string_body>;

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t header_limit = 64 * 1024;
constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t framing_factor = 8;  // a body in chunks of one byte is six times as long on the wire
constexpr int most_interim_answers = 8;

std::string string_of(beast::string_view text) { return {text.data(), text.size()}; }

template <class Stream>
class Channel final : public HttpChannel {
 public:
  // The watchdog that guarded the connection goes on to guard the first exchange, up to the same deadline.
  Channel(std::unique_ptr<Stream> stream, Watchdog armed, Peer peer)
      : stream_(std::move(stream)), watchdog_(std::move(armed)), peer_(std::move(peer)) {}

  asio::awaitable<Result<RawAnswer>> exchange(const std::string& request, bool head_only, std::size_t body_limit,
                                              Deadline deadline, PhaseTimes& phases) override {
    reusable_ = false;
    heard_bytes_ = 0;
    if (used_before_) {
      peer_.patience = deadline.at() - std::chrono::steady_clock::now();
      watchdog_.arm(lowest(*stream_), deadline);
    }
    used_before_ = true;
    PhaseWatch watch(phases);
    auto [code, written] = co_await asio::async_write(*stream_, asio::buffer(request), as_tuple);
    code = watchdog_.meaning_of(code);
    if (code) co_return net_error(Phase::write, code, peer_);
    watch.done(Phase::write);

    for (int interim = 0; interim <= most_interim_answers; ++interim) {
      Parser parser;
      parser.eager(true);
      parser.header_limit(header_limit);
      parser.body_limit(body_limit);
      if (head_only) parser.skip(true);
      auto problem = co_await read_answer(parser, body_limit, watch);
      if (problem) co_return *problem;
      if (is_interim(parser)) continue;
      watch.done(Phase::read);
      watchdog_.disarm();
      co_return take(parser);
    }
    co_return Error(Phase::read, Reason::protocol, fmt::format("{} sends interim answers without end", peer_.address));
  }

  bool reusable() const override { return reusable_; }
  bool heard_anything() const override { return heard_bytes_ > 0; }
  const std::string& remote() const override { return peer_.remote; }

 private:
  // The answer is complete and the connection is over: a reset spares both sides the rest of the farewell and the
  // component a socket in TIME_WAIT, as health checkers of load balancers do.
  void reset() {
    ErrorCode ignored;
    lowest(*stream_).set_option(asio::socket_base::linger(true, 0), ignored);
    lowest(*stream_).close(ignored);
  }

  static bool is_interim(const Parser& parser) {
    const auto status = parser.get().result_int();
    return status >= 100 && status < 200 && status != 101;
  }

  asio::awaitable<std::optional<Error>> read_answer(Parser& parser, std::size_t body_limit, PhaseWatch& watch) {
    if (buffer_.size() > 0) {  // behind an interim answer
      if (auto problem = feed(parser, ErrorCode(), body_limit)) co_return problem;
    }
    while (!parser.is_done()) {
      if (buffer_.size() + read_size > buffer_.max_size() || heard_bytes_ > header_limit + framing_factor * body_limit)
        co_return too_large(body_limit);
      const auto room = buffer_.prepare(read_size);
      auto [failed, count] = co_await stream_->async_read_some(room, as_tuple);
      buffer_.commit(count);
      if (count > 0 && heard_bytes_ == 0) watch.done(Phase::first_byte);
      heard_bytes_ += count;
      if (auto problem = feed(parser, watchdog_.meaning_of(failed), body_limit)) co_return problem;
    }
    co_return std::nullopt;
  }

  Error too_large(std::size_t body_limit) const {
    return {Phase::read, Reason::too_large,
            fmt::format("the answer of {} is longer than {} bytes", peer_.address, body_limit)};
  }

  std::optional<Error> feed(Parser& parser, const ErrorCode& failed, std::size_t body_limit) {
    const auto phase = heard_bytes_ > 0 ? Phase::read : Phase::first_byte;
    const auto bytes = buffer_.data();
    const std::string_view heard(static_cast<const char*>(bytes.data()), bytes.size());
    // Where not even the first byte fits there may be no second one: a TLS alert is shorter than a status line.
    if (!parser.got_some() && !heard.empty() && heard.front() != 'H')
      return not_http_error(heard, "no status line", peer_);
    ErrorCode code;
    const auto used = parser.put(buffer_.data(), code);
    if (code == http::error::body_limit) return too_large(body_limit);
    if (code == http::error::header_limit)
      return Error(Phase::read, Reason::too_large,
                   fmt::format("the headers of {} are longer than {} bytes", peer_.address, header_limit));
    if (code && code != http::error::need_more && parser.is_header_done())
      return Error(Phase::read, Reason::protocol,
                   fmt::format("the body of the answer of {} is broken: {}", peer_.address, code.message()));
    if (code && code != http::error::need_more) return not_http_error(heard, code.message(), peer_);
    buffer_.consume(used);
    if (!failed || parser.is_done()) return std::nullopt;
    if (failed == asio::error::eof && parser.is_header_done() && parser.need_eof()) {
      parser.put_eof(code);
      if (!code) return std::nullopt;
    }
    return net_error(phase, failed, peer_);
  }

  RawAnswer take(Parser& parser) {
    auto& message = parser.get();
    RawAnswer answer;
    answer.response.status = static_cast<int>(message.result_int());
    answer.response.content_type = string_of(message[http::field::content_type]);
    if (message[http::field::age].empty()) answer.response.date = string_of(message[http::field::date]);
    answer.server = string_of(message[http::field::server]);
    answer.content_encoding = string_of(message[http::field::content_encoding]);
    answer.response.body = std::move(message.body());
    reusable_ = parser.keep_alive() && buffer_.size() == 0;
    if (!reusable_) reset();
    return answer;
  }

  std::unique_ptr<Stream> stream_;  // in place for the watchdog, which holds its address
  Watchdog watchdog_;
  Peer peer_;
  beast::flat_buffer buffer_{header_limit + read_size};
  bool used_before_ = false;
  bool reusable_ = false;
  std::size_t heard_bytes_ = 0;  // of the answer that is under way
};

}  // namespace

asio::awaitable<Result<std::unique_ptr<HttpChannel>>> connect_channel(asio::any_io_executor executor,
                                                                      Resolver& resolver, ConnectAttempt& attempt) {
  auto stream = co_await open_stream(executor, resolver, attempt);
  if (!stream) co_return stream.error();
  auto& open = *stream;
  if (open.plain)
    co_return std::make_unique<Channel<Socket>>(std::move(open.plain), std::move(open.watchdog), std::move(open.peer));
  co_return std::make_unique<Channel<TlsStream>>(std::move(open.secured), std::move(open.watchdog),
                                                 std::move(open.peer));
}

}  // namespace lgtmwatch
