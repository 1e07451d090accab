// Settings -> Plan: every default filled in, every endpoint complete.
#pragma once

#include "daemon/config/settings.hpp"
#include "daemon/model/discovery_plan.hpp"
#include "daemon/model/notify_plan.hpp"
#include "daemon/model/plan.hpp"

namespace lgtmwatch {

// Only for settings that were read and checked without an error.
Plan finalize(const Settings& settings);

DiscoveryPlan finalize_discovery(const Settings& settings);

NotifyPlan finalize_notify(const NotifySettings& settings);

// `otherwise` is the tenant where the client names none.
Endpoint make_endpoint(const Url& url, const ClientSettings& client, const Setting<std::string>& otherwise);

std::vector<Expectation> finalize_expectations(const StackSettings& stack);
// The routes of canaries that follow from the plan of the stack: through every receiver, and past Alloy.
std::vector<CanaryRoutePlan> finalize_canaries(const CanarySettings& canaries, const StackPlan& stack);

}  // namespace lgtmwatch
