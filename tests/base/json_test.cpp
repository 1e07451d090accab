#include "daemon/base/json.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace lgtmwatch;

Result<double> first_value(const boost::json::value& root) {
  const auto data = JsonPath(root).member("data");
  if (!data) return data.error();
  const auto result = data->member("result");
  if (!result) return result.error();
  const auto sample = result->element(0);
  if (!sample) return sample.error();
  const auto value = sample->member("value");
  if (!value) return value.error();
  return value->number();
}

TEST_CASE("An error names the path to what was not as expected") {
  struct Case {
    const char* name;
    const char* text;
    const char* what;
  };
  const auto test_case =
      GENERATE(Case{"the root", "[]", "the answer: expected an object, found an array"},
               Case{"null", "null", "the answer: expected an object, found null"},
               Case{"no member", "{}", "data is missing in the answer"},
               Case{"no member below", R"({"data":{}})", "data.result is missing in the answer"},
               Case{"not an object", R"({"data":true})", "data: expected an object, found a boolean"},
               Case{"not an array", R"({"data":{"result":"x"}})", "data.result: expected an array, found a string"},
               Case{"too short", R"({"data":{"result":[]}})", "data.result[0] is missing in the answer"},
               Case{"element", R"({"data":{"result":[1]}})", "data.result[0]: expected an object, found a number"},
               Case{"not a number", R"({"data":{"result":[{"value":{}}]}})",
                    "data.result[0].value: expected a number, found an object"});
  CAPTURE(test_case.name);
  const auto root = parse_json(test_case.text);
  REQUIRE(root.has_value());
  const auto value = first_value(*root);
  REQUIRE(value.has_error());
  CHECK(value.error().what == test_case.what);
  CHECK(value.error().reason == Reason::parse);
  CHECK(value.error().phase == Phase::content);
}

TEST_CASE("Numbers are read whatever their kind") {
  CHECK(first_value(parse_json(R"({"data":{"result":[{"value":-3}]}})").value()).value() == -3);
  CHECK(first_value(parse_json(R"({"data":{"result":[{"value":1.5}]}})").value()).value() == 1.5);
  CHECK(first_value(parse_json(R"({"data":{"result":[{"value":18446744073709551615}]}})").value()).value() ==
        18446744073709551615.0);
}

TEST_CASE("Strings and sizes are read, and refused where they are something else") {
  const auto root = parse_json(R"({"s":"x","a":[1,2]})").value();
  const JsonPath path(root);
  CHECK(path.member("s").value().string().value() == "x");
  CHECK(path.member("a").value().array_size().value() == 2);
  CHECK(path.member("a").value().path() == "a");
  CHECK(path.member("a").value().string().error().what == "a: expected a string, found an array");
  CHECK(path.member("s").value().array_size().error().what == "s: expected an array, found a string");
  CHECK(path.find("s") != nullptr);
  CHECK(path.find("none") == nullptr);
  CHECK(JsonPath(*path.find("s")).find("x") == nullptr);
}

TEST_CASE("What is not JSON is an error that quotes its beginning") {
  struct Case {
    const char* name;
    std::string text;
    std::string quoted;
  };
  const auto test_case = GENERATE(Case{"a page", "<html>", "\"<html>\""}, Case{"empty", "", "\"\""},
                                  Case{"cut off", "{\"a\":", "\"{\"a\":\""}, Case{"more behind it", "{} x", "\"{} x\""},
                                  Case{"long", std::string(500, 'x'), "\"" + std::string(60, 'x') + "\""},
                                  Case{"bytes", "\xFF\x01", "\"\xEF\xBF\xBD \""},
                                  Case{"too deep", std::string(1000, '['), "\"" + std::string(60, '[') + "\""});
  CAPTURE(test_case.name);
  const auto value = parse_json(test_case.text);
  REQUIRE(value.has_error());
  CHECK(value.error().reason == Reason::parse);
  CHECK_THAT(value.error().what, Catch::StartsWith("the answer is not JSON ("));
  CHECK_THAT(value.error().what, Catch::EndsWith(": " + test_case.quoted));
}

}  // namespace
