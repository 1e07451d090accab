// Why nothing of a signal comes from a container, as far as the Docker engine tells. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnosis/containers.hpp"

namespace lgtmwatch {

struct Why {
  std::string cause;
  Stage stage = Stage::source;
  std::string what;      // of the summary: "sends OTLP to localhost, which is itself"
  std::string evidence;  // what the engine says
  std::string remedy;
  std::vector<std::string> alternatives;
};

struct SilentContainer {
  const View& view;
  const Containers& containers;
  const Expectation& expectation;
  const Container& container;
};

// Of Alloy, through which the expectation goes; null where it is not known.
const Container* container_of_alloy(const SilentContainer& silence);
// "OTEL_EXPORTER_OTLP_ENDPOINT=http://alloy:4318"
std::string described(const ExportTarget& target);
// "http://alloy:4318": how the source can reach the receiver, by the name of Alloy's container.
std::string right_endpoint(const SilentContainer& silence);

// It sends to the host, and Alloy's receiver cannot be reached there.
std::optional<Why> finds_nothing_at_the_host(const SilentContainer& silence, const ExportTarget& target);
// It has been silent since Alloy was started, which happened after its own start: it may still dial an old address.
std::optional<Why> may_dial_an_old_address(const SilentContainer& silence, const ExportTarget& target);

}  // namespace lgtmwatch
