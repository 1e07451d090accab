#include "bench.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <charconv>
#include <optional>

#include "daemon/base/url.hpp"
#include "daemon/net/grpc_client.hpp"

namespace lgtmwatch::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::string request_text(const Ask& ask) {
  auto text = ask.method + " " + ask.path + " HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n";
  for (const auto& [name, value] : ask.headers) text.append(name).append(": ").append(value).append("\r\n");
  const bool body = ask.method == "POST";
  if (body) text += "Content-Length: " + std::to_string(ask.body.size()) + "\r\n";
  return text + "\r\n" + ask.body;
}

void interpret(Reply& reply) {
  const auto end = reply.bytes.find("\r\n\r\n");
  if (reply.bytes.compare(0, 9, "HTTP/1.1 ") != 0 || end == std::string::npos) return;
  std::from_chars(reply.bytes.data() + 9, reply.bytes.data() + 12, reply.status);
  const std::string name = "\r\nContent-Type: ";
  const auto type = reply.bytes.find(name);
  if (type < end) {
    const auto start = type + name.size();
    reply.content_type = reply.bytes.substr(start, reply.bytes.find("\r\n", start) - start);
  }
  reply.body = reply.bytes.substr(end + 4);
}

asio::awaitable<void> exchange(std::uint16_t port, std::string request, Duration limit, Reply& reply) {
  auto executor = co_await asio::this_coro::executor;
  auto socket = std::make_shared<tcp::socket>(executor);
  error_code code;
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  co_await socket->async_connect(endpoint, asio::redirect_error(asio::use_awaitable, code));
  reply.refused = static_cast<bool>(code);
  if (code) co_return;
  asio::steady_timer patience(executor, limit);
  patience.async_wait([socket, &reply](error_code cancelled) {
    error_code ignored;
    if (cancelled) return;
    reply.timed_out = true;
    socket->close(ignored);
  });
  co_await asio::async_write(*socket, asio::buffer(request), asio::redirect_error(asio::use_awaitable, code));
  auto target = asio::dynamic_buffer(reply.bytes);
  co_await asio::async_read(*socket, target, asio::redirect_error(asio::use_awaitable, code));
  interpret(reply);
}

}  // namespace

boost::json::value Reply::json() const {
  boost::json::error_code code;
  auto value = boost::json::parse(body, code);
  return code ? boost::json::value() : value;
}

Bench::Bench(sandbox::SandboxOptions options, double unix_seconds) {
  clock.time = wall_from_unix_seconds(unix_seconds);
  sandbox_ = sandbox::Sandbox::make(io_.get_executor(), clock, options).value();
}

Bench::~Bench() { run(sandbox_->close()); }

void Bench::run(asio::awaitable<void> task) {
  bool failed = false;
  TaskGroup tasks(io_.get_executor(), [&](std::exception_ptr) { failed = true; });
  tasks.spawn(std::move(task));
  io_.restart();
  while (tasks.size() > 0 && io_.run_one_for(std::chrono::seconds(20)) > 0) continue;
  CHECK(tasks.size() == 0);
  CHECK_FALSE(failed);
}

Reply Bench::ask(const std::string& door, const Ask& ask) {
  const auto& address = sandbox_->addresses().at(door);
  Reply reply;
  run(exchange(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))), request_text(ask),
               ask.patience, reply));
  return reply;
}

Reply Bench::get(const std::string& door, const std::string& path) {
  Ask one;
  one.path = path;
  return ask(door, one);
}

bool Bench::hangs(const std::string& door, const std::string& path) {
  Ask one;
  one.path = path;
  one.patience = std::chrono::milliseconds(200);
  const auto reply = ask(door, one);
  return reply.timed_out && reply.bytes.empty();
}

Reply Bench::post(const std::string& door, const std::string& path, const std::string& type, const std::string& body) {
  Ask one;
  one.method = "POST";
  one.path = path;
  one.body = body;
  if (!type.empty()) one.headers.emplace_back("Content-Type", type);
  return ask(door, one);
}

Result<GrpcResponse> Bench::call(const std::string& door, const std::string& method, const std::string& message) {
  const Endpoint endpoint(Url::parse_endpoint(sandbox_->addresses().at(door)).value());
  const auto resolver = make_resolver(io_.get_executor());
  const auto client = make_grpc_client(io_.get_executor(), *resolver);
  std::optional<GrpcExchange> exchange;
  const auto ask = [&]() -> asio::awaitable<void> {
    GrpcRequest request(method, message);
    const Deadline deadline(clock.now() + std::chrono::seconds(10));
    auto made = co_await client->call(endpoint, std::move(request), deadline);
    exchange = std::move(made);
  };
  run(ask());
  return exchange.value().answer;
}

int Bench::fault(const std::string& name) { return post("control", "/faults/" + name, "", "").status; }

void Bench::clear() {
  Ask one;
  one.method = "DELETE";
  one.path = "/faults";
  CHECK(ask("control", one).status == 200);
}

void Bench::play(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    advance(sandbox::application_period);
    run(sandbox_->play());
  }
}

double Bench::alloy_figure(const std::string& series) {
  const auto metrics = get("alloy", "/metrics").body;
  const auto at = metrics.find("\n" + series);
  if (at == std::string::npos) return -1;
  const auto line = metrics.substr(at + 1, metrics.find('\n', at + 1) - at - 1);
  return std::stod(line.substr(line.rfind(' ') + 1));
}

std::string escaped(const std::string& text) { return percent_encode(text); }

}  // namespace lgtmwatch::test
