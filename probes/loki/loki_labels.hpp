// loki_labels: does the tenant hold anything at all?
//
// Asks GET /loki/api/v1/labels of the last hour. Ingesters answer it from the index in memory; the cost grows with
// the number of label names, not of streams. It says nothing about freshness: a stream stays in the index until
// it is flushed. Label names that only canaries carry are subtracted. Where nothing but the names remains that
// canaries share with everybody (service_name, service_instance_id, the labels of their routes), GET
// /loki/api/v1/label/service_name/values decides. It also tells whether records arrive without a service name; where
// some do, GET /loki/api/v1/series tells how many of these streams came by OTLP: lines that are read from a file have
// no service name either.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "probes/probe.hpp"

namespace lgtmwatch {

using Names = std::vector<std::string>;

// {"status":"success","data":["container","job"]}; "data" is left out by Loki where there is nothing.
Result<Names> parse_loki_names(std::string_view body);

// Of an answer of /loki/api/v1/series; 0 of what is none.
std::size_t count_loki_streams(std::string_view body);

// What canaries carry beside labels of their own.
std::set<std::string> shared_label_names(const StackPlan& stack);

// Names that are there because of an application.
LokiLabels judge_loki_labels(const Names& labels, const std::set<std::string>& shared, const Names& service_names);

// True where the label names alone cannot tell canaries from applications.
bool needs_service_names(const Names& labels, const std::set<std::string>& shared);

Probes make_loki_labels(const StackPlan& stack);

}  // namespace lgtmwatch
