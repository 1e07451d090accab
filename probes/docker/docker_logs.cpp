#include "probes/docker/docker_logs.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t header_size = 8;  // the stream, three zeros, and the length of the payload
constexpr unsigned char highest_stream = 2;
constexpr std::size_t longest_refusal = 200;

Error no_frame(std::string what) { return {Phase::content, Reason::parse, std::move(what)}; }

std::uint32_t byte_at(std::string_view text, std::size_t place) { return static_cast<unsigned char>(text[place]); }

bool is_header(std::string_view text) {
  return byte_at(text, 0) <= highest_stream && text.substr(1, 3) == std::string_view("\0\0\0", 3);
}

std::size_t length_in(std::string_view header) {
  std::size_t length = 0;
  for (std::size_t i = 4; i < header_size; ++i) length = length << 8 | byte_at(header, i);
  return length;
}

}  // namespace

Result<DockerContainer> parse_docker_container(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const auto host = JsonPath(*document).member("HostConfig");
  if (!host) return host.error();
  const auto log = host->member("LogConfig");
  if (!log) return log.error();
  const auto type = log->member("Type");
  if (!type) return type.error();
  const auto driver = type->string();
  if (!driver) return driver.error();
  const auto config = JsonPath(*document).member("Config");
  if (!config) return config.error();
  const auto* terminal = config->find("Tty");
  return DockerContainer{*driver, terminal && terminal->is_bool() && terminal->as_bool()};
}

Result<std::string> parse_docker_logs(std::string_view body, bool has_terminal) {
  if (has_terminal) return std::string(body);
  std::string text;
  while (!body.empty()) {
    if (body.size() < header_size || !is_header(body)) return no_frame("the log has bytes where a frame should begin");
    const auto length = length_in(body);
    body.remove_prefix(header_size);
    if (length > body.size()) return no_frame(fmt::format("a frame of {} bytes is cut off", length));
    text += body.substr(0, length);
    body.remove_prefix(length);
  }
  return text;
}

Result<std::string> parse_dated_logs(std::string_view body) {
  const bool has_frames = !body.empty() && byte_at(body, 0) <= highest_stream;
  return parse_docker_logs(body, !has_frames);
}

Result<std::optional<WallTime>> parse_newest_line(std::string_view body) {
  const auto logs = parse_dated_logs(body);
  if (!logs) return logs.error();
  auto text = std::string_view(*logs);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (text.empty()) return std::optional<WallTime>();
  const auto line = text.substr(text.rfind('\n') + 1);
  const auto time = parse_rfc3339(line.substr(0, line.find(' ')));
  if (!time) return no_frame("the newest line of the log does not begin with a time: " + time.error().what);
  return std::optional(*time);
}

std::optional<std::string> why_unreadable(int status, std::string_view body) {
  if ((status != 500 && status != 501) || body.find("does not support reading") == std::string_view::npos)
    return std::nullopt;
  const auto document = parse_json(body);
  const auto* said = document ? JsonPath(*document).find("message") : nullptr;
  return said && said->is_string() ? shown_text(std::string_view(said->as_string()), longest_refusal)
                                   : shown_text(body, longest_refusal);
}

}  // namespace lgtmwatch
