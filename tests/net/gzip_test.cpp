#include "daemon/net/gzip.hpp"

#include <catch2/catch.hpp>

#include "tests/net/raw_server.hpp"

namespace {

using namespace lgtmwatch;
using lgtmwatch::test::gzipped;

TEST_CASE("What was packed is unpacked, up to the limit and not a byte beyond") {
  for (const std::size_t size : {0, 1, 16'383, 16'384, 16'385, 1'000'000}) {
    CAPTURE(size);
    const std::string plain(size, 'x');
    CHECK((gunzip(gzipped(plain), size).value() == plain));
    if (size > 0) CHECK(gunzip(gzipped(plain), size - 1).error().reason == Reason::too_large);
  }
}

TEST_CASE("What is not gzip, or is cut off or damaged, is an error of parsing") {
  const auto whole = gzipped("some text that is long enough");
  auto damaged = whole;
  damaged[whole.size() - 6] = static_cast<char>(~damaged[whole.size() - 6]);  // in the check sum
  for (const auto& bytes :
       {std::string(), std::string("plain"), whole.substr(0, 5), whole.substr(0, whole.size() - 1), damaged}) {
    const auto plain = gunzip(bytes, 1000);
    REQUIRE(plain.has_error());
    CHECK(plain.error().reason == Reason::parse);
  }
}

}  // namespace
