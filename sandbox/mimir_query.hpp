// Parts of the sandbox's Mimir that have no state: the known forms of PromQL, and the bodies of its answers.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.hpp"
#include "sandbox/metric_store.hpp"

namespace lgtmwatch::sandbox {

// NAME{MATCHERS}[RANGE], and around an instant selector: count(…), count by (L) (…), count(last_over_time(…[RANGE])),
// max by (L) (timestamp(…)); around one with a range: sum(rate(…)), sum by (L) (rate(…)).
struct MetricQuery {
  enum class Form { instant, range, count, newest, rate };

  Form form = Form::instant;
  wire::Selector selector;
  Duration range{};
  std::string by;  // the label of count, newest and rate; "" for none
};
std::optional<MetricQuery> parse_metric_query(std::string_view text);

// NAME, NAME{…} or {…}
std::optional<wire::Selector> parse_metric_selector(std::string_view text);

boost::json::value metric_answer(const MetricStore& store, const MetricQuery& query, std::int64_t at_ms);

struct Steps {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;  // inclusive
  std::int64_t step_ms = 0;
};

// The answers of an instant query at each step, as a matrix.
boost::json::value metric_answers(const MetricStore& store, const MetricQuery& query, const Steps& steps);

boost::json::object to_json(const wire::Labels& labels);
boost::json::value query_success(const char* result_type, boost::json::array result);

}  // namespace lgtmwatch::sandbox
