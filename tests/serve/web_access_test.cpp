#include "daemon/serve/web_access.hpp"

#include <catch2/catch.hpp>

#include "daemon/base/base64.hpp"
#include "daemon/base/task_group.hpp"
#include "tests/support/run.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;

// Of "geheim", by bcrypt with its least cost.
const Secret hash("$2y$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.");

std::string basic(const std::string& name, const std::string& password) {
  return "Basic " + base64(name + ":" + password);
}

WebPlan with_user(const std::string& name) {
  WebPlan plan;
  plan.users.emplace(name, hash);
  return plan;
}

boost::asio::awaitable<ServerResponse> greet(ServerRequest) { co_return ServerResponse(200, "text/plain", "hello"); }

struct Door {
  explicit Door(WebPlan plan) : access(io.get_executor(), std::move(plan)) {}
  Door(WebPlan plan, boost::asio::any_io_executor judges) : access(std::move(judges), std::move(plan)) {}

  boost::asio::awaitable<ServerResponse> asking(const std::string& authorization, const std::string& target = "/") {
    ServerRequest request;
    request.method = "GET";
    request.target = target;
    if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
    return access.answer(std::move(request), greet);
  }
  int ask(const std::string& authorization, const std::string& target = "/") {
    return run_to_end(io, asking(authorization, target)).status;
  }

  boost::asio::io_context io{1};
  WebAccess access;
};

TEST_CASE("Who gives the right password is let in, the first time and later") {
  Door door(with_user("anna"));
  for (int i = 0; i < 3; ++i) CHECK(door.ask(basic("anna", "geheim")) == 200);
}

TEST_CASE("Whoever gives none, a wrong one, or another's is told to give one") {
  Door door(with_user("anna"));
  CHECK(door.ask(basic("anna", "geheim")) == 200);
  for (const auto& authorization :
       {std::string(), basic("anna", "Geheim"), basic("anna", ""), basic("bert", "geheim"), basic("", "geheim"),
        basic("anna", std::string("geheim\0x", 8)), std::string("Basic"), std::string("Basic !!!!"),
        std::string("Bearer ") + base64("anna:geheim"), "Basic " + base64("anna")}) {
    CAPTURE(authorization);
    CHECK(door.ask(authorization) == 401);
  }
  const auto refusal = run_to_end(door.io, door.asking(""));
  REQUIRE(refusal.headers.size() == 1);
  CHECK(refusal.headers[0].first == "WWW-Authenticate");
  CHECK(refusal.headers[0].second.starts_with("Basic realm="));
}

TEST_CASE("A password may hold colons, and the scheme any case") {
  CHECK(basic_credentials("bASIC " + base64("anna:a:b"))->password.reveal() == "a:b");
}

TEST_CASE("Whether it is alive and ready is told without a password") {
  Door door(with_user("anna"));
  CHECK(door.ask("", "/-/healthy") == 200);
  CHECK(door.ask("", "/-/ready?x") == 200);
  CHECK(door.ask("", "/-/reload") == 401);
  CHECK(door.ask("", "/-/healthy/..") == 401);
}

TEST_CASE("Everybody is let in where there are no users") {
  Door door{WebPlan()};
  CHECK(door.ask("") == 200);
  CHECK(door.ask(basic("anna", "geheim")) == 200);
}

TEST_CASE("Every answer has the headers of the configuration, a refusal too") {
  auto plan = with_user("anna");
  plan.headers.emplace_back("X-Frame-Options", "deny");
  Door door(plan);
  for (const auto& authorization : {basic("anna", "geheim"), std::string()}) {
    const auto response = run_to_end(door.io, door.asking(authorization));
    CHECK(response.headers.back() == std::pair<std::string, std::string>{"X-Frame-Options", "deny"});
  }
}

TEST_CASE("A user who is taken away is not let in by what is remembered") {
  Door door(with_user("anna"));
  CHECK(door.ask(basic("anna", "geheim")) == 200);
  door.access.apply(with_user("bert"));
  CHECK(door.ask(basic("anna", "geheim")) == 401);
  CHECK(door.ask(basic("bert", "geheim")) == 200);
}

TEST_CASE("Guessing does not pile up work: beyond what may wait the next is refused") {
  boost::asio::io_context judges{1};  // that do not get to anything yet
  Door door(with_user("anna"), judges.get_executor());
  std::vector<std::optional<ServerResponse>> guesses(WebAccess::most_waiting);
  TaskGroup tasks(door.io.get_executor(), rethrow);
  for (auto& guess : guesses) tasks.spawn(keep_value(door.asking(basic("bert", "guess")), guess));
  settle(door.io);
  CHECK(door.ask(basic("anna", "geheim")) == 503);
  CHECK(door.ask("") == 401);
  judges.run();
  settle(door.io);
  for (const auto& guess : guesses) {
    REQUIRE(guess);
    CHECK(guess->status == 401);
  }
}

TEST_CASE("The decoy of an unknown user costs as much as the costliest password, and fits none") {
  const std::map<std::string, Secret> hashes{{"a", hash}, {"b", Secret("$2b$06$" + std::string(53, 'a'))}};
  const auto decoy = decoy_among(hashes);
  CHECK(decoy.reveal().substr(0, 7) == "$2b$06$");
  CHECK(decoy.reveal().size() == hash.reveal().size());
  CHECK_FALSE(fits(Secret("geheim"), decoy));
}

}  // namespace
