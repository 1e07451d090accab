#include "daemon/serve/routes.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "daemon/serve/metrics.hpp"
#include "tests/serve/support.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
using Catch::Contains;

// The routes over a stack that the test may change.
struct Web {
  Web() {
    stack.add_probe("loki_labels", "loki:3100", Observation(LokiLabels{1}));
    context.snapshot = [this] {
      auto snapshot = std::make_shared<Snapshot>(stack.snapshot());
      snapshot->ready = complete;
      return snapshot;
    };
    context.now = [] { return noon; };
    context.self = &self;
    context.worker = &worker;
  }

  ServerResponse ask(const std::string& target, const std::string& method = "GET") {
    ServerRequest request;
    request.method = method;
    request.target = target;
    return run_to_end(io, answer_request(context, request));
  }

  OneStack stack;
  bool complete = true;
  SelfMetrics self;
  WebContext context;
  boost::asio::io_context io{1};
  boost::asio::thread_pool worker{1};  // is joined before the context ends that it hands its results to
};

std::string header_of(const ServerResponse& response, const std::string& name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return "";
}

TEST_CASE("Each path shows what the contract says") {
  struct Case {
    const char* target;
    const char* type;
    const char* body;
  };
  const auto test_case = GENERATE(Case{"/", "text/html; charset=utf-8", "<h1>lgtmwatch</h1>"},
                                  Case{"/?x=y", "text/html; charset=utf-8", "<h1>"},
                                  Case{"/?search=shop&only_broken=0", "text/html; charset=utf-8", "stacks/shop"},
                                  Case{"/?search=shop&only_broken=1", "text/html; charset=utf-8", "No stack fits"},
                                  Case{"/?search=a+b%22", "text/html; charset=utf-8", "value=\"a b&quot;\""},
                                  Case{"/stacks/shop", "text/html; charset=utf-8", "<h3>Components</h3>"},
                                  Case{"/stacks/sh%6fp?x", "text/html; charset=utf-8", "<base href=\"../\">"},
                                  Case{"/metrics", metrics_content_type, "lgtmwatch_stack_state{stack=\"shop\"}"},
                                  Case{"/metrics?x", metrics_content_type, "process_resident_memory_bytes"},
                                  Case{"/api/v1/status", "application/json", "\"stacks\":[{\"name\":\"shop\""},
                                  Case{"/api/v1/findings", "application/json", "{\"findings\":[]}"},
                                  Case{"/api/v1/probes/", "application/json", "\"id\":\"shop/loki_labels/loki:3100\""},
                                  Case{"/api/v1/probes/shop/loki_labels/loki:3100", "application/json", "\"last\":{"},
                                  Case{"/probes", "text/html; charset=utf-8", "shop/loki_labels/loki%3A3100"},
                                  Case{"/probes/shop/loki_labels/loki:3100", "text/html; charset=utf-8", "Last run"},
                                  Case{"/causes", "text/html; charset=utf-8", "<a href=\"causes/backend-down\">"},
                                  Case{"/causes/backend-down", "text/html; charset=utf-8", "<h1>backend-down</h1>"},
                                  Case{"/badge/shop.svg", "image/svg+xml", "<title>shop: "},
                                  Case{"/-/healthy", "text/plain; charset=utf-8", "lgtmwatch is healthy.\n"},
                                  Case{"/-/ready", "text/plain; charset=utf-8", "lgtmwatch is ready.\n"});
  CAPTURE(test_case.target);
  Web web;
  const auto response = web.ask(test_case.target);
  CHECK(response.status == 200);
  CHECK(response.content_type == test_case.type);
  CHECK_THAT(response.body, Contains(test_case.body));
}

TEST_CASE("What is not there is 404 with a hint, and never a page of another path") {
  const std::string target = GENERATE(
      as<std::string>(), "/nothing", "/metrics/", "/api/v1/probes/shop/none/x", "/api", "//", "/-/", "", "*", "/badge/",
      "/badge/nope.svg", "/badge/%zz.svg", "/causes/", "/causes/nope", "/probes/", "/probes/shop/none/x", "/stacks",
      "/stacks/", "/stacks/none", "/stacks/%zz", "/causes/../backend-down", "/api/v1/status/../../metrics");
  CAPTURE(target);
  Web web;
  const auto response = web.ask(target);
  CHECK(response.status == 404);
  CHECK_FALSE(response.body.empty());
}

TEST_CASE("Only GET and HEAD are answered, and the refusal says so") {
  const std::string method = GENERATE(as<std::string>(), "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "");
  CAPTURE(method);
  Web web;
  const auto response = web.ask("/metrics", method);
  CHECK(response.status == 405);
  CHECK(header_of(response, "Allow") == "GET, HEAD");
  CHECK(web.self.scrapes == 0);
}

TEST_CASE("HEAD is answered as GET is; the server leaves the body out") {
  Web web;
  for (const auto* target : {"/", "/-/healthy", "/api/v1/status"}) {
    CAPTURE(target);
    const auto head = web.ask(target, "HEAD");
    const auto get = web.ask(target);
    CHECK(head.status == get.status);
    CHECK(head.content_type == get.content_type);
    CHECK(head.body == get.body);
  }
}

TEST_CASE("Ready is 503 until every probe has run once, and healthy is 200 all the time") {
  Web web;
  web.complete = false;
  CHECK(web.ask("/-/ready").status == 503);
  CHECK(web.ask("/-/healthy").status == 200);
  web.complete = true;
  CHECK(web.ask("/-/ready").status == 200);
}

TEST_CASE("What a GET of /metrics has shown is told, and that of a HEAD is not") {
  Web web;
  std::vector<std::string> shown;
  web.context.scraped = [&](const Snapshot& snapshot) { shown.push_back(snapshot.stacks.front()->verdict.name); };
  (void)web.ask("/metrics", "HEAD");
  (void)web.ask("/");
  CHECK(shown.empty());
  (void)web.ask("/metrics");
  CHECK(shown == std::vector<std::string>{"shop"});
}

TEST_CASE("A scrape shows the time of the clock when it is answered") {
  Web web;
  CHECK_THAT(web.ask("/metrics").body, Contains("\nlgtmwatch_clock_seconds 1795348800\n"));
  web.context.now = [] { return noon + std::chrono::milliseconds(1500); };
  CHECK_THAT(web.ask("/metrics").body, Contains("\nlgtmwatch_clock_seconds 1795348801.5\n"));
}

TEST_CASE("A cause that does not exist is 404 with the way to the list") {
  Web web;
  const auto response = web.ask("/causes/nope");
  CHECK(response.content_type == "text/html; charset=utf-8");
  CHECK_THAT(response.body, Contains("<code>nope</code>"));
  CHECK_THAT(response.body, Contains("href=\"../causes\""));
}

TEST_CASE("Scrapes are counted, this one included, and nothing else is") {
  Web web;
  (void)web.ask("/");
  (void)web.ask("/api/v1/status");
  CHECK_THAT(web.ask("/metrics").body, Contains("\nlgtmwatch_scrapes_total 1\n"));
  CHECK_THAT(web.ask("/metrics").body, Contains("\nlgtmwatch_scrapes_total 2\n"));
  CHECK(web.self.scrapes == 2);
}

TEST_CASE("The id of a probe may be percent-encoded, as a client must where a name has a space") {
  Web web;
  web.stack.add_probe("loki_newest", "my app/logs@docker", std::nullopt);
  for (const auto* target :
       {"/api/v1/probes/shop%2Floki_labels%2Floki%3A3100", "/api/v1/probes/shop/loki_newest/my%20app/logs@docker"}) {
    CAPTURE(target);
    CHECK(web.ask(target).status == 200);
  }
  for (const auto* target : {"/api/v1/probes/%", "/api/v1/probes/%zz", "/api/v1/probes/shop%2"}) {
    CAPTURE(target);
    CHECK(web.ask(target).status == 404);
  }
}

boost::asio::awaitable<std::optional<std::string>> outcome(std::optional<std::string> problem) { co_return problem; }

TEST_CASE("A reload over HTTP is refused unless it is allowed") {
  Web web;
  CHECK(web.ask("/-/reload", "POST").status == 403);
  CHECK_THAT(web.ask("/-/reload", "POST").body, Contains("--web.enable-lifecycle"));
}

TEST_CASE("A reload over HTTP says nothing where it went well, and what is wrong where it did not") {
  Web web;
  web.context.reload = [] { return outcome(std::nullopt); };
  CHECK(web.ask("/-/reload", "POST").status == 200);
  CHECK(web.ask("/-/reload", "PUT").body.empty());
  web.context.reload = [] { return outcome("lgtmwatch.yaml:1:1: error: a: unknown key 'a'\n"); };
  CHECK(web.ask("/-/reload", "POST").status == 500);
  CHECK(web.ask("/-/reload", "POST").body == "lgtmwatch.yaml:1:1: error: a: unknown key 'a'\n");
}

TEST_CASE("A reload over HTTP is asked for by POST or PUT alone") {
  Web web;
  bool is_asked = false;
  web.context.reload = [&] {
    is_asked = true;
    return outcome(std::nullopt);
  };
  for (const auto* method : {"GET", "HEAD", "DELETE"}) {
    CHECK(web.ask("/-/reload", method).status == 405);
    CHECK(header_of(web.ask("/-/reload", method), "Allow") == "POST, PUT");
  }
  CHECK_FALSE(is_asked);
}

}  // namespace
