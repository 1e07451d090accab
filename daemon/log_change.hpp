// How a change of what is watched is said in the log, and what ends the daemon; app.cpp asks.
#pragma once

#include <exception>

#include "daemon/app.hpp"
#include "daemon/log.hpp"
#include "daemon/status/changes.hpp"

namespace lgtmwatch {

void log_change(Log& log, const Change& change);
// What the daemon begins with.
void log_start(Log& log, const Plan& plan, const DaemonOptions& options, std::uint16_t port);
void log_failure(Log& log, std::exception_ptr failure);

// Whether what the daemon needs could be opened; else the log says why not.
template <class T>
bool is_there(const Result<T>& opened, Log& log) {
  if (!opened) log.error(opened.error().what, {{"hint", opened.error().hint}});
  return bool(opened);
}

}  // namespace lgtmwatch
