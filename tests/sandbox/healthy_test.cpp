// Walks through every exchange that was recorded of a healthy stack: the sandbox answers in the same form.
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "bench.hpp"
#include "tests/support/source_dir.hpp"

namespace {

using namespace lgtmwatch;
using namespace lgtmwatch::test;
namespace json = boost::json;

std::string read_file(const std::string& name) {
  std::ifstream file(source_dir() + "/tests/recordings/healthy/" + name, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool same_kind(const json::value& a, const json::value& b) {
  return a.kind() == b.kind() || (a.is_number() && b.is_number());
}

// Where ours differs in form from the recorded: "" where it does not. An element of an array has the form of one of
// the recorded elements.
std::string difference(const json::value& recorded, const json::value& ours, const std::string& path) {
  if (!same_kind(recorded, ours)) return path + ": another type";
  if (const auto* object = recorded.if_object()) {
    for (const auto& [key, value] : *object) {
      const auto name = path + "." + std::string(key.data(), key.size());
      const auto* other = ours.get_object().if_contains(key);
      if (!other) return name + ": missing";
      auto inner = difference(value, *other, name);
      if (!inner.empty()) return inner;
    }
    for (const auto& [key, value] : ours.get_object())
      if (!object->if_contains(key)) return path + "." + std::string(key.data(), key.size()) + ": not recorded";
  }
  if (const auto* array = recorded.if_array(); array && !array->empty()) {
    if (ours.get_array().empty()) return path + ": empty";
    for (const auto& element : ours.get_array()) {
      std::string inner;
      for (const auto& one : *array) {
        inner = difference(one, element, path + "[]");
        if (inner.empty()) break;
      }
      if (!inner.empty()) return inner;
    }
  }
  return {};
}

std::set<std::string> families(const std::string& metrics) {
  std::set<std::string> names;
  for (std::size_t at = 0; at < metrics.size(); at = metrics.find('\n', at) + 1) {
    names.insert(metrics.substr(at, metrics.find_first_of(" {", at) - at));
    if (metrics.find('\n', at) == std::string::npos) break;
  }
  return names;
}

std::string door_of(const std::string& component) {
  if (component == "alloy-otlp-4318") return "mobile-http";
  return component == "alloy-otlp-4319" ? "backend" : component;
}

Ask ask_of(const json::object& exchange) {
  Ask ask;
  ask.method = json::value_to<std::string>(exchange.at("method"));
  ask.path = json::value_to<std::string>(exchange.at("path"));
  if (const auto* body = exchange.if_contains("request_body"); body && body->is_string())
    ask.body = json::value_to<std::string>(*body);
  if (const auto* headers = exchange.if_contains("request_headers"); headers && headers->is_object())
    for (const auto& [name, value] : headers->get_object())
      ask.headers.emplace_back(std::string(name.data(), name.size()), json::value_to<std::string>(value));
  return ask;
}

void compare(const json::object& exchange, const Reply& reply) {
  CHECK(reply.status == exchange.at("status").to_number<int>());
  CHECK(reply.content_type == json::value_to<std::string>(exchange.at("headers").at("Content-Type")));
  const auto recorded = read_file(json::value_to<std::string>(exchange.at("body_file")));
  json::error_code code;
  const auto recorded_json = json::parse(recorded, code);
  if (!code) {
    CHECK(difference(recorded_json, reply.json(), "") == "");
  } else if (exchange.at("path").as_string() == "/metrics") {
    const auto ours = families(reply.body);
    for (const auto& name : families(recorded)) {
      CAPTURE(name);
      CHECK(ours.count(name) == 1);
    }
  } else {
    CHECK_FALSE(reply.body.empty());
  }
}

TEST_CASE("The sandbox answers every request of the healthy recording in the recorded form") {
  const auto index = json::parse(read_file("index.json"));
  std::string snapshot;
  std::unique_ptr<Bench> bench;
  int walked = 0;
  for (const auto& one : index.at("exchanges").as_array()) {
    const auto& exchange = one.as_object();
    const auto time = exchange.at("unix_time").to_number<double>();
    const auto now = json::value_to<std::string>(exchange.at("snapshot"));
    if (now != snapshot) bench = std::make_unique<Bench>(sandbox::SandboxOptions(), time);
    snapshot = now;
    bench->clock.time = wall_from_unix_seconds(time);
    const auto ask = ask_of(exchange);
    const auto component = json::value_to<std::string>(exchange.at("component"));
    CAPTURE(component, ask.method, ask.path);
    // The Alertmanager of the recording had no configuration; the sandbox's has one.
    if (ask.path.starts_with("/alertmanager/")) REQUIRE(bench->fault("alertmanager-not-configured") == 200);
    compare(exchange, bench->ask(door_of(component), ask));
    bench->clear();
    ++walked;
  }
  CHECK(walked == 124);
}

}  // namespace
