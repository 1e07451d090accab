#include "daemon/net/stall_meter.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch.hpp>

#include "daemon/net/net_clients.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using namespace std::chrono_literals;
namespace asio = boost::asio;

constexpr Tick start{};

Error out_of_time() { return {Phase::first_byte, Reason::timeout, "no answer from loki:3100 within 5s"}; }

TEST_CASE("A beat that comes in time is no stall, and one that is late is one from when it was due") {
  StallRecord record;
  record.expect(start + 100ms);
  record.beat(start + 130ms);
  CHECK(record.stalled_since(start, start + 1s) == 0ms);
  record.expect(start + 230ms);
  record.beat(start + 1230ms);
  CHECK(record.stalled_since(start, start + 2s) == 1s);
}

TEST_CASE("Of a stall counts what lies in the time that was waited") {
  StallRecord record;
  record.expect(start + 1s);
  record.beat(start + 3s);
  CHECK(record.stalled_since(start + 2s, start + 4s) == 1s);
  CHECK(record.stalled_since(start + 3s, start + 4s) == 0s);
}

TEST_CASE("A beat that is overdue counts before it has come, unless nobody waits for it any more") {
  StallRecord record;
  record.expect(start + 1s);
  CHECK(record.stalled_since(start, start + 3s) == 2s);
  record.rest();
  CHECK(record.stalled_since(start, start + 3s) == 0s);
}

TEST_CASE("Time that ran out while lgtmwatch did not run for a quarter of it says nothing of who was asked") {
  const auto judged = judged_by_stalls(out_of_time(), 1250ms, 5s);
  CHECK(judged.reason == Reason::internal);
  CHECK(judged.phase == Phase::first_byte);
  CHECK(judged.what == "no answer from loki:3100 within 5s; but for 1.25s of that time lgtmwatch itself did not run");
  CHECK_THAT(judged.hint, Catch::StartsWith("give lgtmwatch more of the processor"));
}

TEST_CASE("A short stall, and an error of another kind, leave the verdict as it is") {
  CHECK(judged_by_stalls(out_of_time(), 1249ms, 5s).reason == Reason::timeout);
  CHECK(judged_by_stalls(out_of_time(), 0s, 0s).reason == Reason::timeout);
  CHECK(judged_by_stalls({Phase::connect, Reason::refused, "refused"}, 5s, 5s).reason == Reason::refused);
}

class SilentServer {
 public:
  explicit SilentServer(asio::io_context& io)
      : acceptor_(io, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}
  Endpoint endpoint() const {
    return Endpoint(Url::parse("http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port())).value());
  }

 private:
  asio::ip::tcp::acceptor acceptor_;
};

asio::awaitable<void> ask(HttpClient& http, const Endpoint& endpoint, std::optional<Error>& error) {
  HttpRequest request("/ready");
  const Deadline deadline(std::chrono::steady_clock::now() + 400ms);
  auto exchange = co_await http.send(endpoint, std::move(request), deadline);
  if (!exchange.answer) error = exchange.answer.error();
}

void keep_busy_for(Duration time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) continue;
}

TEST_CASE("A server that is silent while the thread is busy with something else is not called hung") {
  asio::io_context io(1);
  const SilentServer server(io);
  const auto clients = make_net_clients(io.get_executor());
  const auto endpoint = server.endpoint();
  std::optional<Error> error;
  asio::steady_timer soon(io, 20ms);
  soon.async_wait([](boost::system::error_code) { keep_busy_for(500ms); });
  run_to_end(io, ask(clients->http(), endpoint, error));
  REQUIRE(error);
  CHECK(error->reason == Reason::internal);
}

}  // namespace
