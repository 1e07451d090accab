#include <catch2/catch.hpp>

#include "bench.hpp"
#include "wire/loki_push.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

TEST_CASE("A line filter finds the lines that hold its text, and no others") {
  Bench bench;
  wire::LogStream stream;
  stream.labels = {{"app", "canary"}};
  for (const auto* line : {"canary=run-backend-1 sum=1", "canary=run-backend-11 sum=2"}) {
    wire::LogEntry entry;
    entry.ns = bench.now_ns() - 1;
    entry.line = line;
    stream.entries.push_back(entry);
  }
  CHECK(bench.post("loki", "/loki/api/v1/push", "application/json", wire::write_loki_push({stream})).status == 204);
  const auto query = escaped(R"({app="canary"} |= "canary=run-backend-1 ")");
  const auto found = bench.get("loki", "/loki/api/v1/query_range?since=1h&query=" + query).body;
  CHECK_THAT(found, Contains("sum=1"));
  CHECK_THAT(found, !Contains("sum=2"));
}

}  // namespace
