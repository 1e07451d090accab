#include "sandbox/ingest.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace lgtmwatch::sandbox {
namespace {

constexpr std::array service_name_labels{"service",
                                         "app",
                                         "application",
                                         "app_name",
                                         "name",
                                         "app_kubernetes_io_name",
                                         "container",
                                         "container_name",
                                         "k8s_container_name",
                                         "component",
                                         "workload",
                                         "job",
                                         "k8s_job_name"};

constexpr std::array index_attributes{"service.name",
                                      "service.namespace",
                                      "service.instance.id",
                                      "deployment.environment",
                                      "deployment.environment.name",
                                      "cloud.region",
                                      "cloud.availability_zone",
                                      "k8s.cluster.name",
                                      "k8s.namespace.name",
                                      "k8s.pod.name",
                                      "k8s.container.name",
                                      "container.name",
                                      "k8s.replicaset.name",
                                      "k8s.deployment.name",
                                      "k8s.statefulset.name",
                                      "k8s.daemonset.name",
                                      "k8s.cronjob.name",
                                      "k8s.job.name"};

std::string plain_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool good = std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == ':';
    out += good ? c : '_';
  }
  if (!out.empty() && std::isdigit(static_cast<unsigned char>(out.front()))) out.insert(0, "_");
  return out;
}

std::string lower(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string_view suffix_of_unit(const wire::Point& point) {
  if (point.unit == "s") return "_seconds";
  if (point.unit == "ms") return "_milliseconds";
  if (point.unit == "By") return "_bytes";
  if (point.unit == "1" && point.kind == wire::Point::Kind::gauge) return "_ratio";
  return "";
}

void add_suffix(std::string& name, std::string_view suffix) {
  const bool there = name.size() >= suffix.size() && name.substr(name.size() - suffix.size()) == suffix;
  if (!there) name += suffix;
}

wire::Labels identity(const wire::Attributes& resource) {
  wire::Labels labels;
  const auto name = wire::attribute(resource, "service.name");
  const auto space = wire::attribute(resource, "service.namespace");
  const auto instance = wire::attribute(resource, "service.instance.id");
  if (!name.empty()) labels["job"] = space.empty() ? name : space + "/" + name;
  if (!instance.empty()) labels["instance"] = instance;
  return labels;
}

wire::TimeSeries target_info(const wire::Point& point) {
  wire::TimeSeries info;
  info.labels = identity(point.resource);
  info.labels["__name__"] = "target_info";
  for (const auto& [name, value] : point.resource) {
    const bool part_of_identity =
        name == "service.name" || name == "service.namespace" || name == "service.instance.id";
    if (!part_of_identity) info.labels[plain_name(name)] = wire::to_text(value);
  }
  info.samples.push_back(wire::Sample{point.time_ns / 1'000'000, 1});
  return info;
}

}  // namespace

void discover_service_name(wire::Labels& labels) {
  if (labels.count("service_name") > 0) return;
  std::string name = "unknown_service";
  for (const auto* candidate : service_name_labels) {
    const auto found = labels.find(candidate);
    if (found == labels.end()) continue;
    name = found->second;
    break;
  }
  labels["service_name"] = name;
}

wire::LogStream to_log_stream(const wire::LogRecord& record) {
  wire::LogStream stream;
  wire::LogEntry entry;
  entry.ns = record.time_ns != 0 ? record.time_ns : record.observed_ns;
  entry.line = record.body;
  for (const auto& [name, value] : record.resource) {
    const bool indexed = std::find(index_attributes.begin(), index_attributes.end(), name) != index_attributes.end();
    (indexed ? stream.labels : entry.metadata)[plain_name(name)] = wire::to_text(value);
  }
  for (const auto& [name, value] : record.attributes) entry.metadata[plain_name(name)] = wire::to_text(value);
  if (!record.severity_text.empty()) entry.metadata["severity_text"] = record.severity_text;
  entry.metadata["detected_level"] = record.severity_text.empty() ? "unknown" : lower(record.severity_text);
  if (!record.trace_id.empty()) entry.metadata["trace_id"] = record.trace_id;
  if (!record.span_id.empty()) entry.metadata["span_id"] = record.span_id;
  discover_service_name(stream.labels);
  stream.entries.push_back(std::move(entry));
  return stream;
}

std::vector<wire::TimeSeries> to_series(const wire::Point& point) {
  std::vector<wire::TimeSeries> all;
  all.push_back(target_info(point));
  if (point.kind == wire::Point::Kind::delta || point.kind == wire::Point::Kind::other) return all;
  wire::TimeSeries series;
  series.labels = identity(point.resource);
  for (const auto& [name, value] : point.attributes) series.labels[plain_name(name)] = wire::to_text(value);
  auto name = plain_name(point.name);
  add_suffix(name, suffix_of_unit(point));
  if (point.kind == wire::Point::Kind::cumulative && point.monotonic) add_suffix(name, "_total");
  series.labels["__name__"] = name;
  series.samples.push_back(wire::Sample{point.time_ns / 1'000'000, point.value});
  all.push_back(std::move(series));
  return all;
}

}  // namespace lgtmwatch::sandbox
