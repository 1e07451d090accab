#include "sandbox/application.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/answers.hpp"
#include "sandbox/post.hpp"
#include "wire/otlp_json.hpp"

namespace lgtmwatch::sandbox {
namespace {

constexpr std::int64_t span_length = 5'000'000;
constexpr Duration skew = std::chrono::minutes(15);

wire::Attributes resource(const Faults& faults) {
  wire::Attributes attributes;
  const bool unnamed = faults.on("service-name-missing");
  attributes.emplace_back("service.name", unnamed ? "unknown_service:node" : std::string(application_name));
  return attributes;
}

}  // namespace

Application::Application(Pipeline& pipeline, const Faults& faults, const Clock& clock, std::string receiver,
                         Duration patience, std::uint64_t seed)
    : pipeline_(pipeline),
      faults_(faults),
      clock_(clock),
      receiver_(std::move(receiver)),
      patience_(patience),
      random_(seed) {}

void Application::remember(WallTime time) {
  ++requests_;
  if (sends("metrics")) pipeline_.accept("backend", std::vector<wire::Point>(1, metric(time)));
  if (sends("logs")) pipeline_.accept("backend", std::vector<wire::LogRecord>(1, log(time)));
  if (sends("traces")) pipeline_.accept("backend", std::vector<wire::Span>(1, span(time)));
  write_line(time);
}

boost::asio::awaitable<void> Application::send() {
  const auto now = clock_.wall() - (faults_.on("clock-skew-of-application") ? skew : Duration::zero());
  ++requests_;
  const auto metrics = wire::write_otlp_metrics(std::vector<wire::Point>(1, metric(now)));
  const auto logs = wire::write_otlp_logs(std::vector<wire::LogRecord>(1, log(now)));
  const auto traces = wire::write_otlp_traces(std::vector<wire::Span>(1, span(now)));
  if (sends("metrics")) co_await post_json(receiver_, "/v1/metrics", metrics, patience_);
  if (sends("logs")) co_await post_json(receiver_, "/v1/logs", logs, patience_);
  if (sends("traces")) co_await post_json(receiver_, "/v1/traces", traces, patience_);
}

void Application::write_line() { write_line(clock_.wall()); }

bool Application::sends(std::string_view signal) const {
  if (signal == "logs" && faults_.on("app-logger-not-exported")) return false;
  return !faults_.silence(signal);
}

wire::Point Application::metric(WallTime time) const {
  wire::Point point;
  point.resource = resource(faults_);
  point.name = "http_requests_total";
  point.kind = faults_.on("delta-temporality") ? wire::Point::Kind::delta : wire::Point::Kind::cumulative;
  point.monotonic = true;
  point.attributes.emplace_back("route", std::string("/items"));
  point.time_ns = unix_ns(time);
  point.value = static_cast<double>(requests_);
  return point;
}

wire::LogRecord Application::log(WallTime time) const {
  wire::LogRecord record;
  record.resource = resource(faults_);
  record.time_ns = unix_ns(time);
  record.severity_number = 9;
  record.severity_text = "INFO";
  record.body = fmt::format("request completed {}", requests_);
  return record;
}

wire::Span Application::span(WallTime time) {
  wire::Span span;
  span.resource = resource(faults_);
  span.trace_id = random_hex(32);
  span.span_id = random_hex(16);
  span.name = "GET /items";
  span.kind = 2;
  span.start_ns = unix_ns(time) - span_length;
  span.end_ns = unix_ns(time);
  return span;
}

void Application::write_line(WallTime time) {
  for (const auto* fault : {"source-container-dead", "app-logs-not-on-stdout", "app-idle", "quiet-night"})
    if (faults_.on(fault)) return;
  wire::LogEntry line;
  line.ns = unix_ns(time);
  line.line =
      fmt::format(R"({{"level":30,"time":{},"msg":"request completed","n":{}}})", line.ns / 1'000'000, requests_);
  pipeline_.tail(application_name, std::move(line));
}

std::string Application::random_hex(int digits) {
  std::string out;
  while (static_cast<int>(out.size()) < digits) out += fmt::format("{:016x}", random_());
  return out.substr(0, static_cast<std::size_t>(digits));
}

}  // namespace lgtmwatch::sandbox
