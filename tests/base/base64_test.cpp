#include "daemon/base/base64.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace lgtmwatch;

TEST_CASE("Base64 is written and read as RFC 4648 shows it") {
  const std::vector<std::pair<std::string, std::string>> examples{
      {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
      {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {std::string("\0\xff", 2), "AP8="}};
  for (const auto& [bytes, text] : examples) {
    CAPTURE(text);
    CHECK(base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
  }
}

TEST_CASE("What is no base64 is not guessed at") {
  for (const auto* text : {"Zg", "Zg=", "Z===", "====", "Zm9v ", "Zm9\xc3", "Z=9v", "Zm-v"}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64(text));
  }
}

}  // namespace
