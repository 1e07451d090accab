// The stages of each expected path.
//
// Records that arrived within max_age prove every stage from source to query. Without them a stage is broken only
// where something was seen to fail there, and unknown otherwise. A receiver or backend that fails just now is
// broken although the last records are still young. The stage visualize is there where the stack has a Grafana; no
// record proves it, only a query through Grafana.
#pragma once

#include "diagnosis/view.hpp"

namespace lgtmwatch {

PathVerdict judge_path(const View& view, const Expectation& expectation);

// Whether silence of this expectation is a fault: metrics and `expect: always` must never be silent; otherwise
// only where logs or traces of the same source go on for longer than max_age after it. Metrics are no sign of activity:
// an idle application goes on exporting them.
bool silence_is_a_fault(const View& view, const Expectation& expectation);
// It is silent, and that is a fault.
bool is_missing(const View& view, const Expectation& expectation);

// What a stage's state makes of the signal. Where people cannot see telemetry that arrives it is degraded, not broken:
// nothing is lost, and it can be seen again as soon as Grafana is mended.
State weight_of(Stage stage, State state);

// The worst of its stages, by weight.
State path_state(const PathVerdict& path);

}  // namespace lgtmwatch
