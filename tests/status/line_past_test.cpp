#include "daemon/status/line_past.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace lgtmwatch {
namespace {

const WallTime noon = wall_from_unix_seconds(1795348800);

std::vector<WallTime> written_every(Duration interval, int times) {
  std::vector<WallTime> lines;
  for (int i = 0; i < times; ++i) lines = advance(std::move(lines), noon + i * interval);
  return lines;
}

}  // namespace

TEST_CASE("The newest line is always kept, and the same one once") {
  auto lines = advance({}, noon);
  lines = advance(std::move(lines), noon);
  CHECK(lines == std::vector<WallTime>{noon});
  CHECK(advance(std::move(lines), noon + std::chrono::seconds(15)).size() == 2);
}

TEST_CASE("A day of lines stays few, and for each moment one is kept that is not much younger") {
  const auto interval = std::chrono::seconds(15);
  const auto lines = written_every(interval, 5760);
  REQUIRE(lines.size() <= 64);
  const auto newest = lines.back();
  for (const auto age : {std::chrono::minutes(1), std::chrono::minutes(10), std::chrono::minutes(60)}) {
    const auto moment = newest - age;
    const auto next = std::upper_bound(lines.begin(), lines.end(), moment);
    REQUIRE(next != lines.end());
    CHECK(*next - moment <= age / 3 + 2 * interval);
  }
}

}  // namespace lgtmwatch
