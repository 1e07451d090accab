// What holds where the configuration says nothing; and what follows from the kind of a receiver.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "daemon/config/settings.hpp"

namespace lgtmwatch {

using namespace std::chrono_literals;

inline constexpr Duration shortest_interval = 1s;
inline constexpr Duration shortest_trace_age = 60s;  // Tempo's search is half a minute behind

Duration interval_of(const Settings& settings);
// The component's, else that of `defaults`, else 5 s, but never longer than the interval.
Duration timeout_of(const Settings& settings, const ClientSettings& client);
Duration max_age_of(const WaySettings& way);
Expect expect_of(const WaySettings& way);
// As Prometheus has them: 5 m of files, which are read when they change as well, and a minute of HTTP.
Duration file_refresh_interval_of(const FileDiscoverySettings& files);
Duration http_refresh_interval_of(const HttpDiscoverySettings& http);
std::set<std::string> stack_jobs_of(const StackSettings& stack);

// The signals that a receiver of this kind can carry at all.
std::vector<Signal> possible_signals(const ReceiverSettings& receiver);
// Those that were written, else the possible ones.
std::vector<Signal> signals_of(const ReceiverSettings& receiver);

// Of a route of canaries: its own, else that of all, else the default. `route` may be null. Without one of its own
// `scrape` has never less than two minutes as interval and 90 s as deadline.
Duration canary_interval_of(const CanarySettings& canaries, const CanaryRouteSettings* route);
Duration canary_deadline_of(const CanarySettings& canaries, const CanaryRouteSettings* route);
Duration canary_lost_after_of(const CanarySettings& canaries, const CanaryRouteSettings* route);
// At which ages canaries are read again, the youngest first.
std::vector<Duration> reread_ages_of(const CanarySettings& canaries);

// Null where the stack has no receiver of that name.
const ReceiverSettings* find_receiver(const StackSettings& stack, const std::string& name);

}  // namespace lgtmwatch
