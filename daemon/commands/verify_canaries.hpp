// Which canaries verify writes itself, and what it says of those that only a running daemon can write.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <optional>

#include "daemon/canary_keeper.hpp"
#include "daemon/model/plan.hpp"
#include "daemon/net/http.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

// Shows every route of the plan as one of which nothing is known yet, so that it is judged which of them are checked.
void show_planned_canaries(const Plan& plan, StatusStore& store);

// The plan of those that verify writes now, so patient that each is settled in what is left. They are looked at through
// Grafana alone: Tempo's search is half a minute behind, and nothing gets old in one look. A route is checked by its
// number in the plan. Samples go into a series of verify's own, one of sixteen by chance: in that of a daemon, or of
// another verify, one that is overtaken on its way would come out of order, and be refused.
Plan written_by_verify(Duration left, WallTime now, Plan plan,
                       const std::function<bool(std::size_t route)>& is_checked);

bool has_routes_of_a_daemon(const Plan& plan);

// What a daemon has answered, or why it did not.
using DaemonStatus = Result<boost::json::value>;

// Asks once for the status of the daemon at that address, at most until the deadline.
boost::asio::awaitable<DaemonStatus> ask_daemon(HttpClient& http, const Endpoint& daemon, Deadline deadline);

// What was paused by maintenance when they were written is listed as not checked, and so is, without a status, what
// only a daemon can write.
void show_all_canaries(const CanaryKeeper& written, WallTime when, const Plan& plan,
                       const std::optional<DaemonStatus>& daemon, StatusStore& store);

}  // namespace lgtmwatch
