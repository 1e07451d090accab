// Parts of the sandbox's Loki that have no state: times of parameters, and the bodies of its query answers.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.hpp"
#include "sandbox/log_store.hpp"

namespace lgtmwatch::sandbox {

// As Loki reads start, end and time: at most ten digits are seconds, with a dot float seconds, longer ones
// nanoseconds. Nothing where the text is none of these.
std::optional<std::int64_t> parse_loki_time(std::string_view text);

// Unix nanoseconds as an RFC 3339 time, for error texts.
std::string rfc3339(std::int64_t ns);

// data of a query_range answer: one result per combination of labels and structured metadata. With categorize the
// metadata stands beside the line instead of among the labels.
boost::json::value streams_answer(const std::vector<LogHit>& hits, bool categorize);

// A log query of a form that is known: SELECTOR, or SELECTOR |= "PART".
struct LineQuery {
  wire::Selector selector;
  std::string part;  // "" for any line
};
std::optional<LineQuery> parse_line_query(std::string_view text);

// An instant query of a form that is known: [sum [by (label)]] (count_over_time(SELECTOR[RANGE])).
struct CountQuery {
  wire::Selector selector;
  Duration range{};
  bool sum = false;
  std::string by;  // "" for none
};
std::optional<CountQuery> parse_count_query(std::string_view text);

boost::json::value count_answer(const LogStore& store, const CountQuery& query, std::int64_t at_ns);

}  // namespace lgtmwatch::sandbox
