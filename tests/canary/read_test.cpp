#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "probes/canary/canary_read.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::wire;
using namespace std::chrono_literals;

Canary canary() {
  Canary made;
  made.id = {"3f9c01ab", "backend", 42};
  made.stack = "shop";
  made.written = WallTime(Duration(1'795'352'138'423'354'886));
  return made;
}

std::string loki_answer(const std::vector<std::string>& lines) {
  std::string values;
  for (const auto& line : lines)
    values += fmt::format("{}[\"1795352138423354886\",\"{}\"]", values.empty() ? "" : ",", line);
  return fmt::format(
      R"({{"status":"success","data":{{"resultType":"streams","result":[{{"stream":{{}},"values":[{}]}}]}}}})", values);
}

std::string trace_answer(const std::string& line) {
  return fmt::format(
      R"({{"batches":[{{"resource":{{}},"scopeSpans":[{{"spans":[{{"traceId":"x","attributes":[
         {{"key":"lgtmwatch_route","value":{{"stringValue":"backend"}}}},
         {{"key":"lgtmwatch_canary","value":{{"stringValue":"{}"}}}}]}}]}}]}}]}})",
      line);
}

std::string mimir_answer(const std::vector<std::string>& series) {
  std::string result;
  for (const auto& samples : series)
    result += fmt::format("{}{{\"metric\":{{}},\"values\":[{}]}}", result.empty() ? "" : ",", samples);
  return fmt::format(R"({{"status":"success","data":{{"resultType":"matrix","result":[{}]}}}})", result);
}

std::string sample(double value) { return fmt::format("[1795352138.423,\"{}\"]", value); }

TEST_CASE("A line in Loki that is the canary's is a whole copy, one with its token alone a corrupt one") {
  const auto whole = canary_line(canary());
  CHECK(find_in_loki(loki_answer({whole}), canary())->copies == 1);
  CHECK(find_in_loki(loki_answer({whole}), canary())->corrupt_copies == 0);
  CHECK(find_in_loki(loki_answer({whole, whole}), canary())->copies == 2);
  CHECK(find_in_loki(loki_answer({whole + "!"}), canary())->corrupt_copies == 1);
  CHECK(find_in_loki(loki_answer({"something else"}), canary())->copies == 0);
}

TEST_CASE("A line that somebody wrapped on its way through a file is whole, one that is cut is corrupt") {
  const auto whole = canary_line(canary());
  const auto cut = whole.substr(0, whole.size() - 3);
  CHECK(find_wrapped_in_loki(loki_answer({"2026-11-22 INFO " + whole + " app=shop"}), canary())->corrupt_copies == 0);
  CHECK(find_wrapped_in_loki(loki_answer({whole, whole}), canary())->copies == 2);
  CHECK(find_wrapped_in_loki(loki_answer({cut}), canary())->corrupt_copies == 1);
  CHECK(find_wrapped_in_loki(loki_answer({"something else"}), canary())->copies == 0);
}

TEST_CASE("An unordered canary is there when all of its lines are, and a line that came twice is a duplicate") {
  auto unordered = canary();
  unordered.unordered = true;
  const auto lines = canary_lines(unordered);
  const auto found = [&](const std::vector<std::string>& those) {
    return *find_in_loki(loki_answer(those), unordered);
  };
  CHECK(found(lines).copies == 1);
  CHECK(found({lines[0], lines[1]}).copies == 0);
  CHECK(found({lines[0], lines[1], lines[2], lines[1]}).copies == 2);
  CHECK(found({lines[0], lines[1], canary_line(unordered)}).corrupt_copies == 1);
}

TEST_CASE("A span in Tempo that carries the canary's line is whole, one without it corrupt") {
  const auto found = [](int status, const std::string& body) {
    return find_in_tempo(HttpResponse{status, "application/json", body}, canary(), "tempo:3200");
  };
  CHECK(found(200, trace_answer(canary_line(canary())))->copies == 1);
  CHECK(found(200, trace_answer(canary_line(canary())))->corrupt_copies == 0);
  CHECK(found(200, trace_answer("something else"))->corrupt_copies == 1);
  CHECK(found(404, "")->copies == 0);
}

TEST_CASE("Tempo's 404 with a body is no Tempo's, so whether the trace is there is not known") {
  const auto found = find_in_tempo(HttpResponse{404, "text/plain", "404 page not found"}, canary(), "tempo:3200");
  REQUIRE(found.has_error());
  CHECK(found.error().reason == Reason::not_found);
}

TEST_CASE("The canary's sample in Mimir is whole, another value at its time corrupt, in two series a duplicate") {
  const auto value = canary_value(canary());
  CHECK(find_in_mimir(mimir_answer({sample(value)}), canary())->copies == 1);
  CHECK(find_in_mimir(mimir_answer({sample(value)}), canary())->corrupt_copies == 0);
  CHECK(find_in_mimir(mimir_answer({sample(value + 1)}), canary())->corrupt_copies == 1);
  CHECK(find_in_mimir(mimir_answer({sample(value), sample(value)}), canary())->copies == 2);
  CHECK(find_in_mimir(mimir_answer({"[1795352078.423,\"1\"]"}), canary())->copies == 0);
  CHECK(find_in_mimir(mimir_answer({}), canary())->copies == 0);
}

TEST_CASE("A scraped canary is one copy however often and by whomever it was scraped, at whatever time") {
  const auto value = canary_value(canary());
  const auto at = [](int seconds, double value) {
    return fmt::format("[{}.5,\"{:.0f}\"]", 1'795'352'138 + seconds, value);
  };
  const auto found = [](const std::vector<std::string>& series) {
    return *find_scraped_in_mimir(mimir_answer(series), canary());
  };
  CHECK(found({}).copies == 0);
  CHECK(found({at(17, value) + "," + at(32, value), at(20, value)}).copies == 1);
  CHECK(found({at(17, value)}).corrupt_copies == 0);
  CHECK(found({at(-5, value)}).copies == 1);
  CHECK(found({at(17, value + 1)}).corrupt_copies == 1);
  CHECK(found({at(17, value + 1), at(18, value)}).corrupt_copies == 1);
}

TEST_CASE("What others show there is no scraped canary: the one before, and one of the same number before the write") {
  const auto value = canary_value(canary());
  const auto body =
      mimir_answer({fmt::format("[1795352140,\"{:.0f}\"],[1795352130,\"{:.0f}\"],[1795352141,\"-1\"],"
                                "[1795352142,\"NaN\"],[1795352143,\"+Inf\"]",
                                value - 0x1p20, value + 1)});
  CHECK(find_scraped_in_mimir(body, canary())->copies == 0);
}

TEST_CASE("An answer that cannot be read is an error, never an absent canary") {
  for (const auto* body : {"", "<html>", "{}", R"({"status":"error","error":"too many outstanding requests"})"}) {
    CAPTURE(body);
    CHECK(find_in_loki(body, canary()).has_error());
    CHECK(find_in_mimir(body, canary()).has_error());
    CHECK(find_scraped_in_mimir(body, canary()).has_error());
    CHECK(find_in_tempo(HttpResponse{200, "application/json", body}, canary(), "tempo:3200").has_error());
  }
}

TEST_CASE("What is asked finds the canary by its token, its trace id, and its series") {
  const auto now = canary().written + 20s;
  const auto loki = ask_loki_for(canary(), R"({filename="/var/log/app.log"})", now).target;
  CHECK(loki.find(percent_encode(R"({filename="/var/log/app.log"} |= "canary=3f9c01ab-backend-42 ")")) !=
        std::string::npos);
  CHECK(ask_tempo_for(canary()).target == "/api/traces/" + canary_trace_id(canary().id));
  CHECK(ask_mimir_for(canary(), "/prometheus", now).target ==
        "/prometheus/api/v1/query?query=" +
            percent_encode(R"(lgtmwatch_canary{lgtmwatch_stack="shop",lgtmwatch_route="backend"}[80s])") +
            "&time=1795352158.423");
  CHECK(ask_mimir_for_scraped(canary(), "", now).target ==
        "/api/v1/query?query=" +
            percent_encode(R"(lgtmwatch_canary{lgtmwatch_stack="shop",lgtmwatch_route="backend"}[140s])") +
            "&time=1795352218.423");
}

}  // namespace
