#include <fmt/format.h>

#include <algorithm>

#include "daemon/config/read_client.hpp"
#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

constexpr std::array door_keys{"otlp", "component", "loki_push", "remote_write", "file"};
constexpr std::array otlp_kinds{Choice<ReceiverKind>{"grpc", ReceiverKind::otlp_grpc},
                                Choice<ReceiverKind>{"http", ReceiverKind::otlp_http}};
constexpr std::array signal_words{Choice<Signal>{"metrics", Signal::metrics}, Choice<Signal>{"logs", Signal::logs},
                                  Choice<Signal>{"traces", Signal::traces}};

const std::vector<std::string> receiver_kinds{"otlp: grpc", "otlp: http",   "component",
                                              "loki_push",  "remote_write", "file"};

// The one key that says what kind of door the receiver is.
std::optional<std::string_view> find_door(MapReader& map) {
  std::vector<std::string_view> found;
  for (const auto* key : door_keys) {
    if (map.has(key)) found.emplace_back(key);
  }
  if (found.size() != 1) {
    for (const auto* key : door_keys) map.get(key);
  }
  if (found.size() == 1) return found.front();
  if (found.empty() && map.value().is_map()) {
    map.value().error("it is not said what kind of receiver this is",
                      "give one of otlp, component, loki_push, remote_write, file");
  } else if (found.size() > 1) {
    map.get(found[1])->error(fmt::format("'{}' and '{}' are both given", found[0], found[1]),
                             "a receiver is one of otlp, component, loki_push, remote_write, file");
  }
  return std::nullopt;
}

// otlp: grpc has an endpoint, otlp: http a url.
void read_otlp(MapReader& map, ReceiverSettings& receiver) {
  const auto kind = map.get("otlp")->choice(otlp_kinds);
  if (!kind) {
    map.get("endpoint");
    map.get("url");
    return;
  }
  receiver.kind = kind->value;
  if (kind->value == ReceiverKind::otlp_grpc) {
    map.require("endpoint", "a receiver with 'otlp: grpc' has an 'endpoint: HOST:PORT'");
    receiver.address = map.grpc_endpoint("endpoint", map.has("tls"));
  } else {
    map.require("url", "a receiver with 'otlp: http' has a 'url: http://HOST:PORT'");
    receiver.address = map.url("url");
  }
}

void read_door(MapReader& map, std::string_view door, ReceiverSettings& receiver) {
  if (door == "otlp") {
    read_otlp(map, receiver);
  } else if (door == "component") {
    receiver.kind = ReceiverKind::component;
    receiver.component = map.name(door);
  } else if (door == "file") {
    receiver.kind = ReceiverKind::file;
    receiver.file = map.name(door);
  } else {
    receiver.kind = door == "loki_push" ? ReceiverKind::loki_push : ReceiverKind::remote_write;
    receiver.address = map.url(door);
  }
}

}  // namespace

std::vector<Given<Signal>> read_signals(const YamlValue& value) {
  std::vector<Given<Signal>> signals;
  const auto items = value.items();
  for (const auto& item : items) {
    const auto signal = item.choice(signal_words);
    if (!signal) continue;
    const bool is_repeated = std::any_of(signals.begin(), signals.end(),
                                         [&](const Given<Signal>& each) { return each.value == signal->value; });
    if (is_repeated) item.error(fmt::format("'{}' stands twice", to_string(signal->value)), "remove one of the two");
    signals.push_back(*signal);
  }
  if (value.node().kind == YamlNode::Kind::list && items.empty())
    value.error("at least one signal is needed", "leave 'signals' out to get the usual ones");
  return signals;
}

AlloySettings read_alloy(const YamlValue& value) {
  AlloySettings alloy;
  MapReader map(value);
  map.require("name", "every Alloy has a name of its own");
  alloy.name = map.name("name");
  read_component(map, alloy);
  if (const auto receivers = map.get("receivers")) {
    for (const auto& receiver : receivers->maps_by(receiver_kinds)) alloy.receivers.push_back(read_receiver(receiver));
  }
  map.finish();
  return alloy;
}

ReceiverSettings read_receiver(const YamlValue& value) {
  ReceiverSettings receiver;
  receiver.place = value.place();
  MapReader map(value);
  map.require("name", "every receiver has a name of its own");
  receiver.name = map.name("name");
  if (const auto signals = map.get("signals")) receiver.signals = read_signals(*signals);
  const auto door = find_door(map);
  if (!door) {
    map.get("url");
    map.get("endpoint");
  } else {
    read_door(map, *door, receiver);
  }
  if (door != "component" && door != "file") receiver.client = read_client(map);
  map.finish();
  return receiver;
}

}  // namespace lgtmwatch
