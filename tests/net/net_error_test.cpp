#include "daemon/net/net_error.hpp"

#include <boost/asio/error.hpp>
#include <catch2/catch.hpp>

namespace {

using namespace lgtmwatch;
using namespace std::chrono_literals;
namespace asio = boost::asio;
using boost::system::error_code;

const Peer peer{"loki:3100", "172.18.0.4:3100", 5s};

TEST_CASE("Each error of the system has its reason and a sentence with the address") {
  struct Case {
    Phase phase;
    error_code code;
    Reason reason;
    const char* what;
  };
  const auto system = [](int number) { return error_code(number, boost::system::system_category()); };
  const std::vector<Case> cases{
      {Phase::connect, asio::error::timed_out, Reason::timeout,
       "no answer from loki:3100 (172.18.0.4:3100) within 5s: waited for the connection"},
      {Phase::write, asio::error::timed_out, Reason::timeout,
       "no answer from loki:3100 (172.18.0.4:3100) within 5s: waited for taking the request"},
      {Phase::connect, asio::error::connection_refused, Reason::refused,
       "loki:3100 (172.18.0.4:3100) refused the connection: nothing listens there"},
      {Phase::connect, system(EHOSTUNREACH), Reason::unreachable,
       "loki:3100 (172.18.0.4:3100) cannot be reached: No route to host"},
      {Phase::connect, system(ENETUNREACH), Reason::unreachable,
       "loki:3100 (172.18.0.4:3100) cannot be reached: Network is unreachable"},
      {Phase::write, system(EPIPE), Reason::reset,
       "loki:3100 (172.18.0.4:3100) closed the connection while lgtmwatch waited for taking the request"},
      {Phase::tls, asio::error::eof, Reason::reset,
       "loki:3100 (172.18.0.4:3100) closed the connection while lgtmwatch waited for the TLS handshake"},
      {Phase::connect, system(EMFILE), Reason::internal, "loki:3100 (172.18.0.4:3100): Too many open files"}};
  for (const auto& test_case : cases) {
    const auto error = net_error(test_case.phase, test_case.code, peer);
    CHECK(error.what == test_case.what);
    CHECK(to_string(error.reason) == to_string(test_case.reason));
    CHECK(error.phase == test_case.phase);
  }
}

TEST_CASE("The address is not repeated where it is the same, or where none was found") {
  const error_code refused = asio::error::connection_refused;
  CHECK(net_error(Phase::connect, refused, {"10.0.0.1:80", "10.0.0.1:80", 5s}).what ==
        "10.0.0.1:80 refused the connection: nothing listens there");
  CHECK(net_error(Phase::connect, refused, {"loki:80", "", 5s}).what ==
        "loki:80 refused the connection: nothing listens there");
}

}  // namespace
