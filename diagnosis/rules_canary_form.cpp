// What one small canary cannot see: limits on what is new or large, and on the order.
#include <fmt/format.h>

#include <algorithm>

#include "diagnosis/canaries.hpp"
#include "diagnosis/findings.hpp"

namespace lgtmwatch {
namespace {

struct Fault {
  std::string cause;
  Stage stage = Stage::ingest;
  std::vector<std::string> alternatives;
  std::string remedy;
};

Fault fresh_label_fault(Signal signal) {
  if (signal == Signal::logs)
    return {
        "loki-stream-limit",
        Stage::ingest,
        {"loki-invalid-labels-or-line"},
        "raise max_global_streams_per_user in Loki's limits_config (5000 by default), or take away labels that make "
        "many streams; compare loki_ingester_memory_streams with the limit"};
  return {"mimir-series-limit",
          Stage::ingest,
          {"mimir-out-of-order-or-duplicate"},
          "raise max_global_series_per_user in Mimir's limits (150000 by default), or find what makes the series: "
          "topk(10, count by (__name__) ({__name__=~\".+\"}))"};
}

// Its lines of 200 kB are below Loki's own limit of 256 KB.
bool has_too_long_lines(const CanaryFormFacts& form) {
  return form.last && form.last->trouble.find("max entry size") != std::string::npos;
}

Fault large_fault(const CanaryRouteFacts& route, const CanaryFormFacts& form) {
  if (has_too_long_lines(form))
    return {"loki-invalid-labels-or-line",
            Stage::ingest,
            {"loki-rate-limited"},
            "raise max_line_size in Loki's limits_config (256KB by default), or shorten the lines"};
  const bool refused = form.recent.front() == CanaryOutcome::rejected;
  if (is_direct(route))
    return {
        route.plan->signal == Signal::logs ? "loki-rate-limited" : "tempo-rate-limited",
        Stage::ingest,
        {"otlp-batch-too-large-source"},
        "raise the limits on bytes a second and on the size of a message, or send smaller batches; what was answered "
        "stands below"};
  if (refused)
    return {"otlp-batch-too-large-source",
            Stage::receive,
            {"memory-limiter-refusing"},
            "raise max_recv_msg_size (gRPC) or max_request_body_size (HTTP) of Alloy's receiver, or lower the batch "
            "size of the sender"};
  return {"exporter-grpc-message-too-large",
          Stage::export_,
          {route.plan->signal == Signal::logs ? "loki-rate-limited" : "tempo-rate-limited", "tempo-silent-limit-drop"},
          "raise the size of a message that the backend takes (4 MiB over gRPC by default; of Tempo it is "
          "distributor.receivers.otlp.protocols.grpc.max_recv_msg_size_mib), or set send_batch_max_size of "
          "otelcol.processor.batch"};
}

Fault fault_of(const CanaryRouteFacts& route, const CanaryFormFacts& form) {
  switch (form.form) {
    case CanaryForm::fresh_label: return fresh_label_fault(route.plan->signal);
    case CanaryForm::unordered:
      return {
          "loki-too-old-or-behind",
          Stage::ingest,
          {"loki-invalid-labels-or-line"},
          "let Loki take lines out of order (unordered_writes in limits_config, on by default), or sort them before "
          "they are sent"};
    default: return large_fault(route, form);
  }
}

std::string_view meaning_of(CanaryForm form) {
  switch (form) {
    case CanaryForm::fresh_label: return "one with a label that is new";
    case CanaryForm::large: return "one in a message of 3.5 MB";
    default: return "one with lines out of order";
  }
}

std::string described(const CanaryRouteFacts& route, const CanaryFormFacts& form) {
  return fmt::format("{}/{} {}: the last two were {} and {}", canary_path_of(route), to_string(route.plan->signal),
                     to_string(form.form), to_string(form.recent[0]), to_string(form.recent[1]));
}

Finding form_finding(const CanaryRouteFacts& route, const CanaryFormFacts& form, Fault fault) {
  Finding finding;
  finding.cause = std::move(fault.cause);
  finding.subject = route.plan->route;
  finding.stage = fault.stage;
  finding.signals = {route.plan->signal};
  finding.state = State::degraded;
  finding.severity = Severity::warning;
  finding.summary =
      fmt::format("small canaries pass through {}, {} does not: the last two were {} and {}", route.plan->route,
                  meaning_of(form.form), to_string(form.recent[0]), to_string(form.recent[1]));
  if (form.last) {
    if (!form.last->trouble.empty()) finding.summary += " (" + form.last->trouble + ")";
    finding.evidence = form.last->evidence;
  }
  finding.remedy = {std::move(fault.remedy)};
  finding.alternatives = std::move(fault.alternatives);
  return finding;
}

}  // namespace

void find_canary_form_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto& route : view.canaries()) {
    if (canary_state(view, route) != State::healthy) continue;
    for (const auto& form : route.other_forms) {
      if (!went_wrong_twice(form)) continue;
      auto fault = fault_of(route, form);
      auto& findings = diagnosis.findings;
      const auto same = std::find_if(findings.begin(), findings.end(),
                                     [&](const Finding& finding) { return finding.cause == fault.cause; });
      if (same != findings.end()) {
        same->consequences.push_back(described(route, form));
      } else {
        findings.push_back(form_finding(route, form, std::move(fault)));
      }
    }
  }
}

}  // namespace lgtmwatch
