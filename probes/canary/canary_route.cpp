#include "probes/canary/canary_route.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "daemon/model/own.hpp"
#include "probes/canary/canary_lines.hpp"
#include "probes/docker/docker_reader.hpp"
#include "wire/otlp_protobuf.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;
using wire::Canary;

constexpr auto between_looks_into_docker = std::chrono::milliseconds(200);

std::string otlp_json(Signal signal, const Canary& canary) {
  switch (signal) {
    case Signal::metrics: return wire::write_otlp_metrics({wire::canary_point(canary, canary_service_name)});
    case Signal::logs: return wire::write_otlp_logs(wire::canary_logs(canary, canary_service_name));
    case Signal::traces: break;
  }
  return wire::write_otlp_traces(wire::canary_spans(canary, canary_service_name));
}

GrpcRequest otlp_grpc(Signal signal, const Canary& canary) {
  const std::string services = "/opentelemetry.proto.collector.";
  switch (signal) {
    case Signal::metrics:
      return {services + "metrics.v1.MetricsService/Export",
              wire::write_otlp_metrics_protobuf({wire::canary_point(canary, canary_service_name)})};
    case Signal::logs:
      return {services + "logs.v1.LogsService/Export",
              wire::write_otlp_logs_protobuf(wire::canary_logs(canary, canary_service_name))};
    case Signal::traces: break;
  }
  return {services + "trace.v1.TraceService/Export",
          wire::write_otlp_traces_protobuf(wire::canary_spans(canary, canary_service_name))};
}

HttpRequest remote_write(const CanaryRoutePlan& route, const Canary& canary) {
  HttpRequest request("POST", route.path, "application/x-protobuf",
                      wire::encode_remote_write({wire::canary_series(canary, canary_service_name)}));
  request.headers.emplace_back("Content-Encoding", "snappy");
  request.headers.emplace_back("X-Prometheus-Remote-Write-Version", "0.1.0");
  return request;
}

HttpRequest http_write(const CanaryRoutePlan& route, const Canary& canary) {
  if (route.entrance == CanaryEntrance::loki_push)
    return {"POST", route.path, "application/json",
            wire::write_loki_push({wire::canary_stream(canary, canary_service_name)})};
  if (route.entrance == CanaryEntrance::remote_write) return remote_write(route, canary);
  return {"POST", route.path, "application/json", otlp_json(route.signal, canary)};
}

Deadline deadline_of(const CanaryOutside& outside, const CanaryRoutePlan& route) {
  return Deadline(outside.clock.now() + route.timeout);
}

std::string last_line(Asker& asker) {
  const auto exchanges = asker.take_exchanges();
  return exchanges.empty() ? std::string() : evidence_line(exchanges.back());
}

asio::awaitable<CanaryWriteRun> write_by_grpc(CanaryOutside& outside, const CanaryRoutePlan& route,
                                              const Canary& canary) {
  auto request = otlp_grpc(route.signal, canary);
  Asker asker(outside.clients, route.endpoint, outside.clock, deadline_of(outside, route));
  CanaryWriteRun run;
  run.bytes = request.message.size();
  auto response = co_await asker.call(std::move(request));
  run.written = response ? judge_grpc_write(response->status, response->status_message, response->message)
                         : judge_failed_write(response.error());
  if (!response) run.failure = response.error();
  run.evidence = last_line(asker);
  co_return run;
}

asio::awaitable<CanaryWriteRun> write_by_http(CanaryOutside& outside, const CanaryRoutePlan& route,
                                              const Canary& canary) {
  auto request = http_write(route, canary);
  Asker asker(outside.clients, route.endpoint, outside.clock, deadline_of(outside, route));
  // A pooled connection that dies is replaced and the request sent again, which could write twice.
  request.connection = Connection::fresh;
  CanaryWriteRun run;
  run.bytes = request.body.size();
  auto response = co_await asker.ask(std::move(request));
  run.written = response ? judge_http_write(*response) : judge_failed_write(response.error());
  if (response) {
    run.answer = *response;
  } else {
    run.failure = response.error();
  }
  run.evidence = last_line(asker);
  co_return run;
}

asio::awaitable<CanaryWriteRun> write_line(CanaryOutside& outside, const CanaryRoutePlan& route,
                                           std::function<CanaryWritten()> work, std::string where) {
  CanaryWriteRun run;
  const auto deadline = deadline_of(outside, route).at();
  auto written = co_await outside.lines->run<CanaryWritten>(outside.clock, deadline, std::move(work));
  if (written) {
    run.written = std::move(*written);
  } else {
    run.written.why = fmt::format("writing to {} has not ended within {}", where, format_duration(route.timeout));
  }
  co_return run;
}

void describe_line(CanaryWriteRun& run, const std::string& line, std::string_view where) {
  const auto& why = run.written.why;
  run.bytes = line.size() + 1;
  run.evidence = fmt::format("'{}' appended to {}{}{}", line, where, why.empty() ? "" : " → ", why);
}

asio::awaitable<CanaryWriteRun> write_to_file(CanaryOutside& outside, const CanaryRoutePlan& route,
                                              const Canary& canary) {
  const auto line = wire::canary_line(canary);
  std::function<CanaryWritten()> work = [path = route.file, is_own = route.is_own_file, line] {
    return append_line(path, is_own, line);
  };
  auto run = co_await write_line(outside, route, std::move(work), route.file);
  describe_line(run, line, route.file);
  co_return run;
}

// What the Docker engine knows of the line decides where it can be asked: a pipe takes what nobody keeps.
void judge_docker(const Result<DockerSight>& sight, const std::string& container, CanaryWriteRun& run) {
  if (!sight) {
    run.written.why = "the Docker engine does not tell whether it has the line: " + sight.error().what;
    return;
  }
  run.log_unreadable = !sight->is_readable;
  if (run.log_unreadable) run.written.why = why_nothing_can_be_tailed(*sight);
  if (sight->log_driver == driver_that_keeps_nothing) run.written.kind = CanaryWritten::Kind::refused;
  if (run.log_unreadable || sight->has_line) return;
  run.written.kind = CanaryWritten::Kind::unanswered;
  run.written.why = fmt::format("the Docker engine has no such line of the container {}", container);
}

// The engine has it a moment later, so it is asked several times.
asio::awaitable<Result<DockerSight>> wait_for_docker(Asker& asker, const Clock& clock, const CanaryRoutePlan& route,
                                                     std::string line) {
  const auto until = clock.now() + route.timeout / 2;
  auto sight = co_await look_into_docker(asker, route.container, line);
  while (sight && sight->is_readable && !sight->has_line && clock.now() < until) {
    co_await clock.sleep_until(clock.now() + between_looks_into_docker);
    sight = co_await look_into_docker(asker, route.container, line);
  }
  co_return sight;
}

asio::awaitable<CanaryWriteRun> write_to_standard_output(CanaryOutside& outside, const CanaryRoutePlan& route,
                                                         const Canary& canary) {
  const auto line = wire::canary_line(canary);
  std::function<CanaryWritten()> work = [line] { return print_line(STDOUT_FILENO, line); };
  auto run = co_await write_line(outside, route, std::move(work), "standard output");
  describe_line(run, line, "standard output");
  if (!route.docker || run.written.kind != CanaryWritten::Kind::acknowledged) co_return run;
  Asker asker(outside.clients, *route.docker, outside.clock, deadline_of(outside, route));
  const auto sight = co_await wait_for_docker(asker, outside.clock, route, line);
  judge_docker(sight, route.container, run);
  run.evidence += "; " + last_line(asker);
  co_return run;
}

}  // namespace

asio::awaitable<CanaryWriteRun> write_canary(CanaryOutside& outside, const CanaryRoutePlan& route,
                                             const Canary& canary) {
  if (route.entrance == CanaryEntrance::file) return write_to_file(outside, route, canary);
  if (route.entrance == CanaryEntrance::standard_output) return write_to_standard_output(outside, route, canary);
  if (route.entrance == CanaryEntrance::otlp_grpc) return write_by_grpc(outside, route, canary);
  return write_by_http(outside, route, canary);
}

CanaryEvent event_of(const CanaryWriteRun& run) {
  switch (run.written.kind) {
    case CanaryWritten::Kind::acknowledged: return canary_event::Acknowledged();
    case CanaryWritten::Kind::refused: return canary_event::Refused();
    case CanaryWritten::Kind::unanswered: break;
  }
  return canary_event::Unanswered();
}

}  // namespace lgtmwatch
