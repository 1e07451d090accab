#include "daemon/serve/change_routes.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/serve/support.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

boost::asio::awaitable<RunNow> outcome(RunNow value) { co_return value; }

struct Web {
  Web() {
    stack.add_probe("loki_labels", "loki:3100", Observation(LokiLabels{1}));
    context.snapshot = [this] { return std::make_shared<Snapshot>(stack.snapshot()); };
  }

  void allow(RunNow result) {
    context.run_probe = [this, result](std::string id) {
      asked.push_back(std::move(id));
      return outcome(result);
    };
  }

  ServerResponse ask(const std::string& method, const std::string& target,
                     std::vector<std::pair<std::string, std::string>> headers = {}) {
    ServerRequest request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    return run_to_end(io, answer_request(context, request));
  }

  OneStack stack;
  WebContext context;
  std::vector<std::string> asked;
  boost::asio::io_context io{1};
};

constexpr const char* of_the_api = "/api/v1/probes/shop/loki_labels/loki%3A3100";
constexpr const char* of_the_page = "/probes/shop/loki_labels/loki%3A3100";

TEST_CASE("A probe is run by POST alone, and only where that is allowed") {
  Web web;
  for (const auto* target : {of_the_api, of_the_page}) {
    CHECK(web.ask("POST", target).status == 403);
    CHECK_THAT(web.ask("POST", target).body, Contains("--web.enable-lifecycle"));
    CHECK(web.ask("DELETE", target).status == 405);
    CHECK(web.ask("GET", target).status == 200);
  }
}

TEST_CASE("A probe that was run is answered with what it found; its page is shown again") {
  Web web;
  web.allow(RunNow::done);
  const auto shown = web.ask("POST", of_the_api);
  CHECK(shown.status == 200);
  CHECK_THAT(shown.body, Contains("\"last\":{"));
  const auto page = web.ask("POST", of_the_page);
  CHECK(page.status == 303);
  CHECK(page.headers.at(0) == std::pair<std::string, std::string>("Location", "loki%3A3100"));
  CHECK(web.asked == std::vector<std::string>(2, "shop/loki_labels/loki:3100"));
}

TEST_CASE("A probe that cannot be run now is refused with the reason") {
  struct Case {
    RunNow outcome;
    int status;
    const char* reason;
  };
  const auto test_case =
      GENERATE(Case{RunNow::unknown, 404, "no such probe"}, Case{RunNow::running, 409, "is running just now"},
               Case{RunNow::too_many, 429, "too many"}, Case{RunNow::cancelled, 503, "try again"});
  Web web;
  web.allow(test_case.outcome);
  const auto refused = web.ask("POST", of_the_api);
  CHECK(refused.status == test_case.status);
  CHECK_THAT(refused.body, Contains(test_case.reason));
}

TEST_CASE("A page of another site cannot change anything through a browser") {
  Web web;
  web.allow(RunNow::done);
  CHECK(web.ask("POST", of_the_api, {{"Sec-Fetch-Site", "cross-site"}}).status == 403);
  CHECK(web.asked.empty());
  CHECK(web.ask("POST", of_the_api, {{"Sec-Fetch-Site", "same-origin"}}).status == 200);
}

}  // namespace
