// Writing the effective configuration, piece by piece.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/model/discovery_plan.hpp"
#include "daemon/model/notify_plan.hpp"
#include "daemon/model/plan.hpp"

namespace YAML {
class Emitter;
}

namespace lgtmwatch {

// A dollar would be read as the beginning of a variable.
std::string doubled_dollars(std::string_view text);
void put(YAML::Emitter& out, const char* key, std::string_view value);
void put_unless_empty(YAML::Emitter& out, const char* key, const std::string& value);
void put_flag(YAML::Emitter& out, const char* key, bool value);
void put_signals(YAML::Emitter& out, const std::vector<Signal>& signals);
void put_client(YAML::Emitter& out, const Endpoint& endpoint, Duration timeout);  // emit_client.cpp
void put_notify(YAML::Emitter& out, const NotifyPlan& notify);                    // emit_notify.cpp
void put_canaries(YAML::Emitter& out, const StackPlan& stack);                    // emit_canaries.cpp
void put_discovery(YAML::Emitter& out, const DiscoveryPlan& discovery);           // emit_discovery.cpp
void put_maintenance(YAML::Emitter& out, const Plan& plan);                       // emit_maintenance.cpp

}  // namespace lgtmwatch
