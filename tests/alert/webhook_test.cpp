#include "daemon/alert/webhook.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "tests/alert/night.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;
using Catch::Contains;
using Catch::StartsWith;
using namespace std::chrono_literals;
using test::evening;

constexpr const char* watch = "http://watch:9797";

Notice notice(Notice::Event event, Finding finding = test::finding("loki-rate-limited")) {
  finding.since = evening;
  return {event, {"home", std::move(finding), 0, evening + 12min, false}};
}

HttpRequest request(WebhookFormat format, const std::vector<Notice>& notices) {
  WebhookPlan plan(Endpoint(Url::parse("https://hooks.example").value()));
  plan.target = Secret("/services/T0/B0?x=1");
  plan.format = format;
  return webhook_request(plan, notices, watch, evening + 20s);
}

json::value body(WebhookFormat format, const std::vector<Notice>& notices) {
  return json::parse(request(format, notices).body);
}

std::vector<Notice> many(std::size_t count) {
  auto finding = test::finding("loki-rate-limited");
  finding.summary = std::string(250, 's');
  return std::vector<Notice>(count, notice(Notice::Event::opened, finding));
}

}  // namespace

TEST_CASE("Our own body says what happened, and holds the finding as the API does") {
  const auto sent = request(WebhookFormat::json, {notice(Notice::Event::opened)});
  CHECK(sent.method == "POST");
  CHECK(sent.target == "/services/T0/B0?x=1");
  CHECK(sent.content_type == "application/json");
  const auto told = json::parse(sent.body);
  CHECK(told.at("version") == 1);
  CHECK(told.at("status") == "firing");
  CHECK(told.at("title") == "[critical] home: loki-rate-limited happens");
  const auto& one = told.at("notices").at(0);
  CHECK(one.at("event") == "opened");
  CHECK(one.at("stack") == "home");
  CHECK(one.at("cause") == "loki-rate-limited");
  CHECK(one.at("remedy") == json::parse(R"(["mend it"])"));
  CHECK(one.at("runbook_url") == "http://watch:9797/causes/loki-rate-limited");
}

TEST_CASE("Only what is over is resolved") {
  const auto over = notice(Notice::Event::over);
  CHECK(body(WebhookFormat::json, {over}).at("status") == "resolved");
  CHECK(body(WebhookFormat::json, {over, notice(Notice::Event::still)}).at("status") == "firing");
}

TEST_CASE("Slack gets one text, in which nothing is taken for markup") {
  auto finding = test::finding("loki-rate-limited");
  finding.summary = "rate <4MB> & more";
  const auto text =
      std::string(body(WebhookFormat::slack, {notice(Notice::Event::opened, finding)}).at("text").as_string());
  CHECK(text ==
        "[critical] home: rate &lt;4MB&gt; &amp; more\n"
        "loki-rate-limited at stage ingest, since 2026-11-22T12:55:39Z\n"
        "do: mend it\n"
        "http://watch:9797/causes/loki-rate-limited\n");
}

TEST_CASE("What is over says how long it lasted, and asks for nothing") {
  const auto text = std::string(body(WebhookFormat::slack, {notice(Notice::Event::over)}).at("text").as_string());
  CHECK(text ==
        "[over] home: loki-rate-limited happens\n"
        "loki-rate-limited at stage ingest, it was there since 2026-11-22T12:55:39Z, for 12m\n");
}

TEST_CASE("Discord gets what fits, counts the rest, and calls nobody") {
  const auto told = body(WebhookFormat::discord, many(50));
  const std::string content(told.at("content").as_string());
  CHECK(content.size() <= 2000);
  CHECK_THAT(content, StartsWith("home: 50 findings, 0 over\n") && Contains("and 46 more\n"));
  CHECK(told.at("allowed_mentions") == json::parse(R"({"parse":[]})"));
}

TEST_CASE("ntfy gets the text, and in headers what a telephone shows first") {
  auto finding = test::finding("loki-rate-limited");
  finding.summary = "Loki läuft\nvoll";
  const auto sent = request(WebhookFormat::ntfy, {notice(Notice::Event::opened, finding)});
  CHECK_THAT(sent.body, StartsWith("[critical] home: Loki läuft"));
  using Headers = std::vector<std::pair<std::string, std::string>>;
  CHECK(sent.headers == Headers{{"Title", "[critical] home: Loki luft voll"},
                                {"Priority", "urgent"},
                                {"Tags", "rotating_light"},
                                {"Click", watch}});
  CHECK(request(WebhookFormat::ntfy, many(100)).body.size() < 4096);
}

TEST_CASE("Grafana OnCall gets one alert at a time, which the end names too") {
  CHECK(most_notices(WebhookFormat::oncall) == 1);
  const auto opened = body(WebhookFormat::oncall, {notice(Notice::Event::opened)});
  const auto over = body(WebhookFormat::oncall, {notice(Notice::Event::over)});
  CHECK(opened.at("state") == "alerting");
  CHECK(over.at("state") == "ok");
  CHECK(opened.at("alert_uid") == "home/loki-rate-limited/loki");
  CHECK(opened.at("alert_uid") == over.at("alert_uid"));
}

}  // namespace lgtmwatch
