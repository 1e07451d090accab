#include <yaml-cpp/yaml.h>

#include "daemon/config/emit.hpp"

namespace lgtmwatch {
namespace {

void put_files(YAML::Emitter& out, const std::vector<FileDiscoveryPlan>& files) {
  out << YAML::Key << "file_sd" << YAML::Value << YAML::BeginSeq;
  for (const auto& each : files) {
    out << YAML::BeginMap << YAML::Key << "files" << YAML::Value << YAML::Flow << YAML::BeginSeq
        << doubled_dollars(each.pattern) << YAML::EndSeq;
    put(out, "refresh_interval", format_duration(each.refresh_interval));
    out << YAML::EndMap;
  }
  out << YAML::EndSeq;
}

void put_http(YAML::Emitter& out, const std::vector<HttpDiscoveryPlan>& http) {
  out << YAML::Key << "http_sd" << YAML::Value << YAML::BeginSeq;
  for (const auto& each : http) {
    out << YAML::BeginMap;
    put(out, "url", each.page.text());
    put_client(out, each.server, each.timeout);
    put(out, "refresh_interval", format_duration(each.refresh_interval));
    out << YAML::EndMap;
  }
  out << YAML::EndSeq;
}

}  // namespace

void put_discovery(YAML::Emitter& out, const DiscoveryPlan& discovery) {
  if (discovery.empty()) return;
  out << YAML::Key << "stacks_from" << YAML::Value << YAML::BeginMap;
  if (!discovery.files.empty()) put_files(out, discovery.files);
  if (!discovery.http.empty()) put_http(out, discovery.http);
  out << YAML::EndMap;
}

}  // namespace lgtmwatch
