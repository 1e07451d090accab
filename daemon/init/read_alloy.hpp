// What Alloy's components API tells of its receivers, exporters and scrapers, as the configuration names them. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/url.hpp"
#include "daemon/init/found.hpp"
#include "daemon/model/alloy_components.hpp"
#include "probes/alloy/alloy_files.hpp"

namespace lgtmwatch {

// What AlloyComponent does not keep of the arguments of one.
struct AlloyDetails {
  std::string tenant;  // that an exporter sends: tenant_id, or the header X-Scope-OrgID where Alloy shows it
  bool http_tls = false;
  bool grpc_tls = false;
};

AlloyDetails read_alloy_details(std::string_view body);

struct AlloyAnswers {
  AlloyComponents components;  // with their arguments
  std::map<std::string, AlloyDetails> details;
  std::vector<FileComponent> files;  // each loki.source.file
};

// Whether the component is worth asking for its arguments here.
bool is_asked_by_init(std::string_view id);

// url: where Alloy was asked. Its receivers are at the same host, but for those that listen on an address of their own.
FoundAlloy read_alloy(std::string name, const Url& url, const AlloyAnswers& answers);

// The port of "0.0.0.0:4318", "[::]:4318" or ":4318"; 0 where there is none.
int port_of(std::string_view listens);

// Gives receivers that have the same name others, across all Alloys of the stack.
void make_names_unique(std::vector<FoundAlloy>& alloys);

}  // namespace lgtmwatch
