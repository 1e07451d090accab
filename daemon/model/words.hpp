// The words of the contract as types: component, signal, stage, state, receiver kind.
#pragma once

#include <array>
#include <string_view>

namespace lgtmwatch {

enum class Component { loki, tempo, mimir, grafana, alloy, docker, alertmanager };
enum class Signal { metrics, logs, traces };
// A step of a path, in order; alert and watch stand beside the path.
enum class Stage { source, network, receive, process, export_, ingest, query, visualize, alert, watch };
// Ordered so that the greatest is the worst and the number is the value of the metric.
enum class State { healthy = 0, unknown = 1, degraded = 2, broken = 3 };
enum class Severity { critical, warning, info };
enum class MimirKind { mimir, prometheus, cortex };
enum class ReceiverKind { otlp_http, otlp_grpc, component, loki_push, remote_write, file };
enum class Expect { always, when_active };

inline constexpr std::array all_signals{Signal::metrics, Signal::logs, Signal::traces};
// visualize: where the stack has a Grafana.
inline constexpr std::array path_stages{Stage::source,  Stage::network, Stage::receive, Stage::process,
                                        Stage::export_, Stage::ingest,  Stage::query,   Stage::visualize};

std::string_view to_string(Component component);
std::string_view to_string(Signal signal);
std::string_view to_string(Stage stage);
std::string_view to_string(State state);
std::string_view to_string(Severity severity);
std::string_view to_string(ReceiverKind kind);
std::string_view to_string(MimirKind kind);

// How people write it: "Loki", "Mimir".
std::string_view display_name(Component component);

inline State worst(State a, State b) { return a > b ? a : b; }

// The component that keeps a signal, and the signal that a backend keeps.
Component backend_of(Signal signal);
Signal signal_of(Component backend);

}  // namespace lgtmwatch
