// The application that the sandbox plays: scanium-backend sends metrics, logs and traces by OTLP/HTTP JSON to its
// receiver every two seconds, and its container writes a line as often.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <random>
#include <string>

#include "daemon/base/clock.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/pipeline.hpp"

namespace lgtmwatch::sandbox {

inline constexpr const char* application_name = "scanium-backend";
inline constexpr Duration application_period = std::chrono::seconds(2);

class Application {
 public:
  // receiver: the address it sends to; patience: how long it waits for an answer there. seed: of the trace ids.
  Application(Pipeline& pipeline, const Faults& faults, const Clock& clock, std::string receiver, Duration patience,
              std::uint64_t seed);

  // One round as of that time, straight into the pipeline: for the history before the start.
  void remember(WallTime time);
  // One round now, over HTTP.
  boost::asio::awaitable<void> send();
  // A line of the container now.
  void write_line();

 private:
  bool sends(std::string_view signal) const;
  wire::Point metric(WallTime time) const;
  wire::LogRecord log(WallTime time) const;
  wire::Span span(WallTime time);
  void write_line(WallTime time);
  std::string random_hex(int digits);

  Pipeline& pipeline_;
  const Faults& faults_;
  const Clock& clock_;
  std::string receiver_;
  Duration patience_;
  std::mt19937_64 random_;
  std::int64_t requests_ = 0;  // what its metric counts
};

}  // namespace lgtmwatch::sandbox
