// The containers of a stack, as the Docker engine tells of them, and what their environment tells a SDK.
#pragma once

#include <optional>
#include <string>

#include "daemon/model/find_container.hpp"
#include "diagnosis/view.hpp"

namespace lgtmwatch {

class Containers {
 public:
  explicit Containers(const View& view);

  // Null where the engine is not configured, could not be asked, or has no such container.
  const Container* of_source(const Expectation& expectation) const;
  const Container* of_alloy(const AlloyPlan& alloy) const { return of_endpoint(alloy.endpoint, "alloy"); }
  // Of Loki, Tempo, Mimir or Grafana.
  const Container* of_component(Component component) const;
  // See container_of().
  const Container* of_endpoint(const Endpoint& endpoint, std::string_view word) const;
  // All of them, where they are known.
  const std::vector<Container>& all() const { return *containers_; }
  bool are_known() const { return seen_.value() != nullptr; }
  // The engine could be asked, and has none of the name that the configuration gives.
  bool is_missing(const Expectation& expectation) const;
  std::string where_asked(const Container& container) const;

 private:
  const Container* named(const std::string& name) const;

  const View& view_;
  Seen<DockerContainers> seen_;
  const std::vector<Container>* containers_;
};

// The command that asks the engine for the path: "/containers/ID/json".
std::string engine_question(const View& view, const std::string& path);
// Both are on the host's network, or on one that is called the same, or one uses that of the other.
bool share_a_network(const Container& a, const Container& b);

// Where the SDK of a container sends a signal, by its environment.
struct ExportTarget {
  std::string variable;  // OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT
  std::string endpoint;  // its value; empty: no endpoint is given, beside other settings of OTLP
  std::string host;      // "localhost" where none is given, as the specification of OpenTelemetry has it
  int port = 0;          // 0 where none is given
  std::string protocol;  // "grpc", "http/protobuf"; empty where none is given
};

// Nothing where the environment says nothing of OTLP: the code may.
std::optional<ExportTarget> export_target(const Container& container, Signal signal);
// "OTEL_TRACES_SAMPLER=always_off": the setting that keeps the signal from being exported; nothing where none does.
std::optional<std::string> what_switches_off(const Container& container, Signal signal);
// "unhealthy" although the check could not be run at all: its tool is missing in the image.
bool lacks_its_check(const Container& container);

}  // namespace lgtmwatch
