#include <catch2/catch.hpp>

#include "probes/canary/canary_write.hpp"

namespace {

using namespace lgtmwatch;

std::string name_of(const CanaryWritten& written) {
  constexpr std::array names{"acknowledged", "refused", "unanswered"};
  return names[static_cast<std::size_t>(written.kind)];
}

std::string judged(int status, const std::string& body) {
  return name_of(judge_http_write(HttpResponse{status, "application/json", body}));
}

struct Answer {
  std::string name;
  int status;
  std::string body;
  std::string kind;
};

TEST_CASE("The answer to a write is read for what it is") {
  const std::vector<Answer> answers{
      {"Loki's push", 204, "", "acknowledged"},
      {"Mimir's remote write", 200, "", "acknowledged"},
      {"an OTLP receiver", 200, R"({"partialSuccess":{}})", "acknowledged"},
      {"a partial success that rejects nothing", 200, R"({"partialSuccess":{"rejectedSpans":"0"}})", "acknowledged"},
      {"a partial success that rejects a record", 200,
       R"({"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}})", "refused"},
      {"a partial success with a number", 200, R"({"partialSuccess":{"rejectedDataPoints":1}})", "refused"},
      {"Loki's blocked ingestion", 260, "ingestion blocked for user fake\n", "refused"},
      {"Mimir's HA tracker", 202, "", "refused"},
      {"a rate limit", 429, "ingestion rate limit exceeded\n", "refused"},
      {"an entry that is too old", 400, "entry too far behind\n", "refused"},
      {"a missing tenant", 401, "no org id\n", "refused"},
      {"a collector that cannot hand on", 503, R"({"code":14,"message":"sending queue is full"})", "refused"},
      {"a gateway that lost the answer", 504, "", "unanswered"},
  };
  for (const auto& answer : answers) {
    CAPTURE(answer.name);
    CHECK(judged(answer.status, answer.body) == answer.kind);
  }
}

TEST_CASE("A limit says that less should be written, and a refusal says why") {
  const auto limited =
      judge_http_write(HttpResponse{429, "text/plain", "ingestion rate limit exceeded for user fake\n"});
  CHECK(limited.overload);
  CHECK(limited.why == "answered 429: ingestion rate limit exceeded for user fake");
  CHECK_FALSE(judge_http_write(HttpResponse{400, "text/plain", "no"}).overload);
}

TEST_CASE("A gRPC status other than 0 refuses, but for the deadline, behind which it may have arrived") {
  CHECK(name_of(judge_grpc_write(0, "", "")) == "acknowledged");
  CHECK(name_of(judge_grpc_write(14, "connection refused", "")) == "refused");
  CHECK(name_of(judge_grpc_write(4, "deadline exceeded", "")) == "unanswered");
  CHECK(judge_grpc_write(8, "limit", "").overload);
  CHECK(name_of(judge_grpc_write(0, "", std::string("\x0a\x02\x08\x01", 4))) == "refused");
  CHECK(name_of(judge_grpc_write(0, "", std::string("\x0a\x00", 2))) == "acknowledged");
}

TEST_CASE("A write that never left is refused, one whose answer is missing is unanswered") {
  const auto failed = [](Phase phase) {
    return name_of(judge_failed_write(Error(phase, Reason::timeout, "no answer")));
  };
  CHECK(failed(Phase::resolve) == "refused");
  CHECK(failed(Phase::connect) == "refused");
  CHECK(failed(Phase::tls) == "refused");
  CHECK(failed(Phase::write) == "unanswered");
  CHECK(failed(Phase::first_byte) == "unanswered");
  CHECK(failed(Phase::read) == "unanswered");
}

}  // namespace
