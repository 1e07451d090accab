#include "probes/canary/canary_write.hpp"

#include <fmt/format.h>

#include <array>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/answers.hpp"
#include "wire/protobuf.hpp"

namespace lgtmwatch {
namespace {

using Kind = CanaryWritten::Kind;

constexpr std::array rejected_counts{"rejectedSpans", "rejectedLogRecords", "rejectedDataPoints"};
constexpr int grpc_ok = 0;
constexpr int grpc_deadline_exceeded = 4;
constexpr int grpc_resource_exhausted = 8;
constexpr int grpc_unimplemented = 12;
constexpr std::size_t longest_reason = 200;

CanaryWritten refused(std::string why) { return {Kind::refused, std::move(why), false, false}; }

// Numbers of 64 bits are strings in protobuf's JSON.
bool is_positive(const boost::json::value& count) {
  if (count.is_string()) return count.as_string() != "0" && !count.as_string().empty();
  return count.is_number() && count.to_number<double>() > 0;
}

// {"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"…"}}
bool rejects(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return false;
  const auto partial = JsonPath(*document).member("partialSuccess");
  if (!partial) return false;
  for (const auto* name : rejected_counts)
    if (const auto* count = partial->find(name); count && is_positive(*count)) return true;
  return false;
}

// ExportPartialSuccess: rejected 1, error_message 2; in field 1 of the response.
bool rejects_protobuf(std::string_view message) {
  wire::ProtoReader response(message);
  while (const auto field = response.next()) {
    if (field->number != 1) continue;
    wire::ProtoReader partial(field->bytes);
    while (const auto count = partial.next())
      if (count->number == 1 && count->value > 0) return true;
  }
  return false;
}

}  // namespace

CanaryWritten judge_http_write(const HttpResponse& response) {
  const auto said = first_line(response.body);
  const auto answered = fmt::format("answered {}{}{}", response.status, said.empty() ? "" : ": ", said);
  if (response.status == 200 || response.status == 204) {
    if (rejects(response.body)) return refused("a partial success that rejects it: " + said);
    return {Kind::acknowledged, {}, false, false};
  }
  // A gateway that lost the answer of what stands behind it: that may have taken it.
  if (response.status == 502 || response.status == 504) return {Kind::unanswered, answered, false, false};
  auto written = refused(answered);
  written.overload = response.status == 429;
  written.no_door = response.status == 404 || response.status == 405 || response.status == 501;
  return written;
}

CanaryWritten judge_grpc_write(int status, const std::string& status_message, std::string_view message) {
  if (status == grpc_ok) {
    if (rejects_protobuf(message)) return refused("a partial success that rejects it");
    return {Kind::acknowledged, {}, false, false};
  }
  const auto answered = fmt::format("grpc-status {}: {}", status, shown_text(status_message, longest_reason));
  if (status == grpc_deadline_exceeded) return {Kind::unanswered, answered, false, false};
  auto written = refused(answered);
  written.overload = status == grpc_resource_exhausted;
  written.no_door = status == grpc_unimplemented;
  return written;
}

CanaryWritten judge_failed_write(const Error& error) {
  const bool never_left = error.phase == Phase::resolve || error.phase == Phase::connect || error.phase == Phase::tls;
  return {never_left ? Kind::refused : Kind::unanswered, error.what, false, false};
}

}  // namespace lgtmwatch
