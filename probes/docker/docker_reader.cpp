#include "probes/docker/docker_reader.hpp"

#include <fmt/format.h>

#include "probes/answers.hpp"
#include "probes/docker/docker_logs.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr int last_lines = 50;

}  // namespace

asio::awaitable<Result<DockerSight>> look_into_docker(Asker& asker, std::string container, std::string text) {
  const auto about = fmt::format("/containers/{}", percent_encode(container));
  auto described = co_await asker.ask_ok(HttpRequest(about + "/json"));
  if (!described) co_return described.error();
  const auto known = parse_docker_container(described->body);
  if (!known) co_return known.error();
  DockerSight sight;
  sight.log_driver = known->log_driver;
  sight.is_readable = known->log_driver != driver_that_keeps_nothing;
  if (!sight.is_readable) co_return sight;
  auto logs = co_await asker.ask(HttpRequest(fmt::format("{}/logs?stdout=1&tail={}", about, last_lines)));
  if (!logs) co_return logs.error();
  sight.is_readable = !why_unreadable(logs->status, logs->body);
  if (!sight.is_readable) co_return sight;
  if (logs->status != 200) co_return status_error(*logs, "the Docker engine");
  const auto written = parse_docker_logs(logs->body, known->has_terminal);
  if (!written) co_return written.error();
  sight.has_line = written->find(text) != std::string::npos;
  co_return sight;
}

std::string why_nothing_can_be_tailed(const DockerSight& sight) {
  return fmt::format("the container's log driver is {}, so nothing can be tailed", sight.log_driver);
}

}  // namespace lgtmwatch
