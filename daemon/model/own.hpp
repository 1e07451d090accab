// What lgtmwatch itself writes, so that probes can leave it out of every count.
#pragma once

#include <string_view>

namespace lgtmwatch {

// The service.name of every canary, and with it the job and service_name it gets in Mimir, Loki and Tempo.
inline constexpr std::string_view canary_service_name = "lgtmwatch-canary";
// What SDKs and backends write where an application gave no service.name: "unknown_service", "unknown_service:node".
inline constexpr std::string_view no_service_name = "unknown_service";
// Label names that only canaries carry begin with this.
inline constexpr std::string_view own_label_prefix = "lgtmwatch_";
// The series by which the job that scrapes lgtmwatch is found.
inline constexpr std::string_view own_build_info = "lgtmwatch_build_info";

}  // namespace lgtmwatch
