#include "daemon/commands/receiver_door.hpp"

#include <catch2/catch.hpp>

using namespace lgtmwatch;

namespace {

std::string described(std::string_view text) {
  const auto door = parse_receiver(text);
  if (!door) return door.error().what;
  std::string signals;
  for (const auto signal : door->signals) signals += " " + std::string(to_string(signal));
  return std::string(protocol_of(door->entrance)) + " " + door->endpoint.url.text() + signals;
}

}  // namespace

TEST_CASE("an address without a known path is OTLP over HTTP with all signals") {
  CHECK(described("http://alloy:4318") == "OTLP/HTTP http://alloy:4318 metrics logs traces");
  CHECK(described("https://alloy:4318/") == "OTLP/HTTP https://alloy:4318 metrics logs traces");
  CHECK(described("http://loki:3100/otlp") == "OTLP/HTTP http://loki:3100/otlp metrics logs traces");
}

TEST_CASE("a path of one OTLP signal means that signal, and what is before it is kept") {
  CHECK(described("http://alloy:4318/v1/logs") == "OTLP/HTTP http://alloy:4318 logs");
  CHECK(described("http://loki:3100/otlp/v1/logs") == "OTLP/HTTP http://loki:3100/otlp logs");
}

TEST_CASE("grpc and grpcs are OTLP over gRPC without and with TLS") {
  CHECK(described("grpc://alloy:4317") == "OTLP/gRPC http://alloy:4317 metrics logs traces");
  CHECK(described("grpcs://alloy:4317") == "OTLP/gRPC https://alloy:4317 metrics logs traces");
  CHECK(described("grpc://[::1]:4317") == "OTLP/gRPC http://[::1]:4317 metrics logs traces");
}

TEST_CASE("Loki's push and remote write are known by their paths") {
  CHECK(described("http://alloy:3500/loki/api/v1/push") == "Loki push http://alloy:3500/loki/api/v1/push logs");
  CHECK(described("http://mimir:9009/api/v1/push") == "remote write http://mimir:9009/api/v1/push metrics");
  CHECK(described("http://prom:9090/api/v1/write") == "remote write http://prom:9090/api/v1/write metrics");
  CHECK(described("http://alloy:9999/api/v1/metrics/write") ==
        "remote write http://alloy:9999/api/v1/metrics/write metrics");
}

TEST_CASE("what is no address of a receiver is named, with the forms that are") {
  CHECK(described("alloy:4318").find("'alloy:4318' is not an address") != std::string::npos);
  CHECK(described("grpc://alloy").find("the port is missing") != std::string::npos);
  CHECK(described("grpc://[::1]").find("the port is missing") != std::string::npos);
  CHECK(described("grpc://alloy:4317/v1/logs").find("it has a path") != std::string::npos);
  CHECK(parse_receiver("ftp://alloy").error().hint.find("grpc://HOST:4317") != std::string::npos);
}

TEST_CASE("a host is one's own by its name or address") {
  const auto own = [](std::string_view text) { return is_own_host(parse_receiver(text)->endpoint.url); };
  CHECK(own("http://localhost:4318"));
  CHECK(own("grpc://127.0.0.2:4317"));
  CHECK(own("http://[::1]:4318"));
  CHECK_FALSE(own("http://alloy:4318"));
}
