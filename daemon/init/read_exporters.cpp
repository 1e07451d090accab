#include "daemon/init/read_exporters.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

#include "daemon/base/url.hpp"
#include "daemon/init/read_datasources.hpp"

namespace lgtmwatch {
namespace {

struct PushPath {
  Component backend;
  std::string_view exporter;
  std::string_view path;
  MimirKind kind;
};

constexpr std::array push_paths{
    PushPath{Component::loki, "loki.write.", "/loki/api/v1/push", MimirKind::mimir},
    PushPath{Component::mimir, "prometheus.remote_write.", "/api/v1/push", MimirKind::mimir},
    PushPath{Component::mimir, "prometheus.remote_write.", "/api/v1/write", MimirKind::prometheus}};
constexpr std::string_view otlp_grpc = "otelcol.exporter.otlp.";

std::string as_seen_from_alloy(const std::string& url, const FoundAlloy& alloy) {
  const auto at = Url::parse(alloy.url);
  return (at ? seen_from_outside(url, at->host()) : std::nullopt).value_or(url);
}

std::optional<Url> address_of(const std::string& sends_to) {
  const bool has_scheme = sends_to.find("://") != std::string::npos;
  const auto url = has_scheme ? Url::parse(sends_to) : Url::parse_endpoint(sends_to);
  return url ? std::optional(*url) : std::nullopt;
}

bool sends_traces_to(const FoundExporter& exporter, const Url& tempo) {
  const auto to = exporter.component.starts_with(otlp_grpc) ? address_of(exporter.sends_to) : std::nullopt;
  return to && to->host() == tempo.host();
}

// Where it takes traces is not where it is asked; the usual port of that host stands in the comment.
void guess_tempo(const FoundExporter& exporter, const FoundAlloy& alloy, FoundBackend& found) {
  const auto to = address_of(exporter.sends_to);
  found.why_not =
      fmt::format("Alloy sends traces to {}, which does not tell where Tempo is asked (its port 3200 by convention)",
                  to ? exporter.sends_to : "what it does not say");
  if (!to) return;
  const auto address = to->address();
  found.url = as_seen_from_alloy(fmt::format("http://{}:3200", address.substr(0, address.rfind(':'))), alloy);
}

}  // namespace

FoundBackend backend_of_exporters(const std::vector<FoundAlloy>& alloys, Component backend) {
  FoundBackend found;
  found.component = backend;
  for (const auto& alloy : alloys) {
    for (const auto& exporter : alloy.exporters) {
      for (const auto& push : push_paths) {
        if (push.backend != backend || !exporter.component.starts_with(push.exporter)) continue;
        if (!exporter.sends_to.ends_with(push.path)) continue;
        found.url = as_seen_from_alloy(exporter.sends_to.substr(0, exporter.sends_to.size() - push.path.size()), alloy);
        found.kind = push.kind;
        found.tenant = exporter.tenant;
        return found;
      }
      if (backend == Component::tempo && exporter.component.starts_with(otlp_grpc)) guess_tempo(exporter, alloy, found);
    }
  }
  if (found.why_not.empty()) found.why_not = fmt::format("nothing tells where {} is", display_name(backend));
  return found;
}

void add_what_exporters_tell(const std::vector<FoundAlloy>& alloys, FoundBackend& backend) {
  const auto url = Url::parse(backend.url);
  if (!url) return;
  for (const auto& alloy : alloys) {
    for (const auto& exporter : alloy.exporters) {
      const auto to = address_of(exporter.sends_to);
      const bool is_same = to && to->host() == url->host() && to->port() == url->port();
      const bool has_traces = backend.component == Component::tempo && sends_traces_to(exporter, *url);
      if (backend.tenant.empty() && (is_same || has_traces)) backend.tenant = exporter.tenant;
      if (has_traces && !is_same && backend.otlp_grpc.empty()) backend.otlp_grpc = exporter.sends_to;
    }
  }
}

}  // namespace lgtmwatch
