#include "daemon/commands/receiver_door.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace lgtmwatch {
namespace {

constexpr std::string_view loki_push_path = "/loki/api/v1/push";
constexpr std::array<std::string_view, 3> remote_write_paths{"/api/v1/push", "/api/v1/write", "/api/v1/metrics/write"};
constexpr std::array all_signals{Signal::metrics, Signal::logs, Signal::traces};
constexpr std::array schemes{std::pair<std::string_view, std::string_view>{"grpc://", "http://"},
                             std::pair<std::string_view, std::string_view>{"grpcs://", "https://"}};

Error not_a_receiver(std::string what) {
  return {Phase::content, Reason::parse, std::move(what),
          "write it as http://HOST:4318 (OTLP/HTTP), grpc://HOST:4317 (OTLP/gRPC), "
          "http://HOST:PORT/loki/api/v1/push or http://HOST:PORT/api/v1/push; https:// and grpcs:// with TLS"};
}

Result<ReceiverDoor> door_at(std::string_view text, CanaryEntrance entrance, std::vector<Signal> signals) {
  const auto url = Url::parse(text);
  if (!url) return not_a_receiver(url.error().what);
  ReceiverDoor door{Endpoint(*url)};
  door.entrance = entrance;
  door.signals = std::move(signals);
  return door;
}

Result<ReceiverDoor> grpc_door(std::string_view text, std::string_view scheme, std::string_view rest) {
  if (rest.find('/') != std::string_view::npos)
    return not_a_receiver(fmt::format("'{}' is not an address of gRPC: it has a path", text));
  auto door =
      door_at(fmt::format("{}{}", scheme, rest), CanaryEntrance::otlp_grpc, {all_signals.begin(), all_signals.end()});
  if (door && (rest.rfind(':') == std::string_view::npos || rest.ends_with(']')))
    return not_a_receiver(fmt::format("'{}' is not an address of gRPC: the port is missing", text));
  return door;
}

Result<ReceiverDoor> http_door(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.ends_with(loki_push_path)) return door_at(text, CanaryEntrance::loki_push, {Signal::logs});
  for (const auto path : remote_write_paths)
    if (text.ends_with(path)) return door_at(text, CanaryEntrance::remote_write, {Signal::metrics});
  for (const auto signal : all_signals) {
    const auto path = fmt::format("/v1/{}", to_string(signal));
    if (text.ends_with(path))
      return door_at(text.substr(0, text.size() - path.size()), CanaryEntrance::otlp_http, {signal});
  }
  return door_at(text, CanaryEntrance::otlp_http, {all_signals.begin(), all_signals.end()});
}

}  // namespace

Result<ReceiverDoor> parse_receiver(std::string_view text) {
  for (const auto& [grpc, scheme] : schemes)
    if (text.starts_with(grpc)) return grpc_door(text, scheme, text.substr(grpc.size()));
  return http_door(text);
}

std::string_view protocol_of(CanaryEntrance entrance) {
  constexpr std::array names{"OTLP/HTTP", "OTLP/gRPC", "Loki push", "remote write"};
  return names[static_cast<std::size_t>(entrance)];
}

bool is_own_host(const Url& url) {
  const auto& host = url.host();
  return url.scheme() != Url::Scheme::unix_socket && (host == "localhost" || host == "::1" || host.starts_with("127."));
}

}  // namespace lgtmwatch
