#include "probes/grafana/datasource_questions.hpp"

#include <fmt/format.h>

#include "daemon/base/url.hpp"
#include "probes/loki/loki_newest.hpp"
#include "probes/mimir/mimir_api.hpp"
#include "probes/mimir/mimir_newest.hpp"
#include "probes/newest.hpp"
#include "probes/tempo/tempo_newest.hpp"

namespace lgtmwatch {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr auto usual_range = std::chrono::hours(1);

std::string loki_question(std::string_view selector, Duration range, WallTime now) {
  const auto end = now.time_since_epoch();
  return fmt::format("/loki/api/v1/query_range?query={}&limit=1&direction=backward&start={}&end={}",
                     percent_encode(selector), (end - range).count(), end.count());
}

std::string tempo_question(std::string_view spanset, Duration range, WallTime now) {
  const auto end = duration_cast<seconds>(now.time_since_epoch());
  return fmt::format("/api/search?q={}&limit=1&spss=1&start={}&end={}", percent_encode(spanset),
                     (end - duration_cast<seconds>(range)).count(), end.count());
}

std::string mimir_question(const std::string& series, WallTime now) {
  return fmt::format("/api/v1/query?query={}&time={:.3f}", percent_encode("count(" + series + ")"), unix_seconds(now));
}

std::string mimir_series(const std::optional<Expectation>& expectation) {
  if (!expectation) return "target_info";
  return names_a_metric(expectation->selector) ? expectation->selector : "target_info" + expectation->selector;
}

}  // namespace

std::vector<std::string> datasource_questions(Component backend, const std::optional<Expectation>& expected,
                                              WallTime now) {
  std::vector<std::string> questions;
  switch (backend) {
    case Component::loki:
      if (expected) questions.push_back(loki_question(expected->selector, newest_window(expected->max_age), now));
      questions.push_back(loki_question("{service_name=~\".+\"}", usual_range, now));
      break;
    case Component::tempo:
      if (expected) questions.push_back(tempo_question(expected->selector, newest_window(expected->max_age), now));
      questions.push_back(tempo_question("{}", usual_range, now));
      break;
    default:
      questions.push_back(mimir_question("up", now));
      questions.push_back(mimir_question(mimir_series(expected), now));
  }
  return questions;
}

std::string datasource_proxy(std::string_view uid) { return "/api/datasources/proxy/uid/" + percent_encode(uid); }

Result<bool> brought_data(Component backend, std::string_view body) {
  if (backend == Component::mimir) {
    const auto series = parse_vector(body);
    if (!series) return series.error();
    return !series->empty();
  }
  const auto newest = backend == Component::loki ? parse_loki_newest(body) : parse_tempo_newest(body);
  if (!newest) return newest.error();
  return newest->has_value();
}

}  // namespace lgtmwatch
