// judge_each: all stacks that changed, one after the other. Every millisecond everything else that waits gets its
// turn, so that hundreds of stacks hold up no probe.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "daemon/base/clock.hpp"
#include "daemon/status/store.hpp"

namespace lgtmwatch {

// The store may be another one after each turn. Gives the time that is to pass before the next call, so that judging
// takes a fifth of the loop's time at most.
boost::asio::awaitable<Duration> judge_each(std::function<StatusStore&()> store, const Clock& clock);

}  // namespace lgtmwatch
