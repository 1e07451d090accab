#include "probes/grafana/seldom_data.hpp"

#include <boost/json/array.hpp>
#include <catch2/catch.hpp>

namespace lgtmwatch {
namespace {

bool seldom(const char* expr) { return may_be_rightly_empty({{"expr", expr}}); }

}  // namespace

TEST_CASE("A query of errors, or of what exceeds a bound, may rightly bring nothing") {
  for (const auto* expr :
       {"sum(rate(http_requests_total{status=~\"5..\"}[5m]))", "rate(errors_total[5m])", "count(up == 0)",
        "histogram_quantile(0.99, x) > 2", "{app=\"a\"} |= \"refused\"", "{app=\"a\", level=\"error\"}",
        "{app=\"a\"} | json | duration > 5s", "absent(up{job=\"a\"})", "x{a=\"b\"} != 0"}) {
    INFO(expr);
    CHECK(seldom(expr));
  }
  CHECK(may_be_rightly_empty({{"query", "{ status = error }"}}));
  CHECK(may_be_rightly_empty({{"query", "{ duration > 1s }"}}));
  CHECK(may_be_rightly_empty(
      {{"filters", boost::json::array{boost::json::object{{"tag", "status"}, {"value", "error"}}}}}));
}

TEST_CASE("Any other query is expected to go on bringing what it brought") {
  for (const auto* expr : {"sum by (route) (rate(http_requests_total{job=\"a\",route!=\"/\",code!~\"2..\"}[5m]))",
                           "up{a=\"b>c\"}", "{service_name=\"a\"}", "{app=\"a\"} | json | line_format \"{{.msg}}\"",
                           "sum(count_over_time({a=\"b\"}[1m])) / 2", "{a=`b<c`}"}) {
    INFO(expr);
    CHECK_FALSE(seldom(expr));
  }
  CHECK_FALSE(may_be_rightly_empty({{"legendFormat", "errors"}}));
  CHECK_FALSE(may_be_rightly_empty({{"filters", boost::json::array{boost::json::object{{"value", "shop"}}}}}));
}

}  // namespace lgtmwatch
