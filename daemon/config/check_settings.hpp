// Checks Settings against themselves: names that stand twice, receivers that do not exist, times that cannot
// work, stacks in which there is nothing to check. Reports all of it; settings without an error can be finalized.
#pragma once

#include "daemon/config/settings.hpp"

namespace lgtmwatch {

void check_settings(const Settings& settings, Diagnostics& diagnostics);

// The part of it about the sources of a stack and what is expected of them.
void check_sources(const StackSettings& stack, Diagnostics& diagnostics);

// The part of it about canaries: routes that do not exist, times that cannot work.
void check_canaries(const StackSettings& stack, Diagnostics& diagnostics);

// The part of it about alerting: nobody to ask.
void check_alerting(const StackSettings& stack, Diagnostics& diagnostics);

// Windows of maintenance: stacks that do not exist, times that cannot be; a warning of those that are over.
void check_maintenance(const Settings& settings, std::optional<WallTime> now, Diagnostics& diagnostics);

// Where stacks are looked for: intervals that are too short.
void check_discovery(const DiscoverySettings& discovery, Diagnostics& diagnostics);

// Destinations of notifications: names that stand twice, times that are too short.
void check_notify(const NotifySettings& notify, Diagnostics& diagnostics);

// The client settings of who is asked at these addresses, never for longer than `interval`.
void check_client(const std::vector<Setting<Url>>& addresses, const ClientSettings& client, Duration interval,
                  Diagnostics& diagnostics);

// Reports every name that is already taken; `what` is "a stack" or the like.
void check_unique(const std::vector<Setting<std::string>>& names, std::string_view what, Diagnostics& diagnostics);

}  // namespace lgtmwatch
