#include "diagnosis/unreadable.hpp"

#include <fmt/format.h>

#include "diagnosis/receiver_causes.hpp"

namespace lgtmwatch {
namespace {

// What answers there may be something else altogether.
bool may_be_a_stranger(const Error& error) {
  return error.reason == Reason::parse || error.reason == Reason::mismatch || error.reason == Reason::not_found ||
         error.reason == Reason::protocol;
}

Finding refused_us(const Asked& asked, const Error& error) {
  if (error.reason == Reason::tenant) {
    auto finding = watch_finding("watcher-tenant-missing", asked.subject);
    finding.summary =
        fmt::format("{} does not let lgtmwatch read: {}. Whether telemetry arrives is unknown", asked.name, error.what);
    finding.remedy = {
        fmt::format("set `tenant` of the stack, or `{}.tenant`, to the tenant that Alloy writes to", asked.settings)};
    return finding;
  }
  auto finding = watch_finding("watcher-auth-rejected", asked.subject);
  finding.summary = fmt::format("{} rejects lgtmwatch's credentials: {}", asked.name, error.what);
  finding.remedy = {fmt::format("correct `auth` or `headers` of {}", asked.settings)};
  return finding;
}

Finding kept_off_by_proxy(const Asked& asked, const Error& error) {
  auto finding = watch_finding("watcher-proxy-failing", asked.subject);
  finding.summary = fmt::format("lgtmwatch does not get through its proxy to {}: {}", asked.name, error.what);
  finding.remedy = {error.hint};
  if (error.reason == Reason::unreachable || error.reason == Reason::timeout)
    finding.alternatives = {fmt::format("{} itself may be down: ask it from the host of the proxy", asked.name)};
  return finding;
}

}  // namespace

Finding watch_finding(std::string cause, std::string subject) {
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = std::move(subject);
  finding.stage = Stage::watch;
  finding.severity = Severity::warning;
  finding.state = State::unknown;
  return finding;
}

Finding unreadable(const Asked& asked, const Error& error) {
  if (fails_at_proxy(asked.endpoint, error)) return kept_off_by_proxy(asked, error);
  const auto url = asked.endpoint.url.text();
  if (error.reason == Reason::tenant || error.reason == Reason::auth) return refused_us(asked, error);
  auto finding = watch_finding("watcher-query-failed", asked.subject);
  finding.summary = fmt::format("{} cannot be asked at {}: {}", asked.name, url, error.what);
  if (may_be_a_stranger(error))
    finding.remedy.push_back(fmt::format("check that it is {} that answers at {}", asked.name, url));
  if (asked.subject == "mimir" && error.reason == Reason::not_found)
    finding.remedy.push_back("check `mimir.kind`: mimir, prometheus or cortex");
  if (!error.hint.empty()) finding.remedy.push_back(error.hint);
  if (finding.remedy.empty())
    finding.remedy = {fmt::format("repeat the request below and look at {}'s log", asked.name)};
  return finding;
}

}  // namespace lgtmwatch
