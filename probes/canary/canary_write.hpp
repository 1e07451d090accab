// What became of a write: acknowledged, refused, or unanswered. Pure.
//
// A success code alone proves nothing: Loki answers 260 where ingestion is blocked, Mimir 202 for a sample that its HA
// tracker throws away, OTLP 200 with a partial success that rejects. Each is read for what it is.
#pragma once

#include <string>
#include <string_view>

#include "daemon/model/words.hpp"
#include "daemon/net/http.hpp"

namespace lgtmwatch {

struct CanaryWritten {
  enum class Kind {
    acknowledged,
    refused,     // answered so, or it never left: it cannot arrive
    unanswered,  // it may have arrived
  };

  Kind kind = Kind::unanswered;
  std::string why;        // empty where it was acknowledged
  bool overload = false;  // 429 and the like: whoever writes should write less
  bool no_door = false;   // 404 and the like: nothing takes writes there
};

// Any of the HTTP ways in: OTLP, Loki's push, remote write. The body of OTLP is read for a partial success.
CanaryWritten judge_http_write(const HttpResponse& response);
// The status and message of a gRPC export.
CanaryWritten judge_grpc_write(int status, const std::string& status_message, std::string_view message);
// Where there was no answer: up to which phase it came says whether anything can have arrived.
CanaryWritten judge_failed_write(const Error& error);

}  // namespace lgtmwatch
