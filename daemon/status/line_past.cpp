#include "daemon/status/line_past.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_lines = 64;
constexpr int share_of_age = 8;

}  // namespace

std::vector<WallTime> advance(std::vector<WallTime> lines, WallTime newest) {
  if (!lines.empty() && newest <= lines.back()) return lines;
  lines.push_back(newest);
  std::vector<WallTime> kept;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool has_neighbours = !kept.empty() && i + 1 < lines.size();
    if (has_neighbours && lines[i + 1] - kept.back() < (newest - lines[i + 1]) / share_of_age) continue;
    kept.push_back(lines[i]);
  }
  if (kept.size() > most_lines) kept.erase(kept.begin());
  return kept;
}

}  // namespace lgtmwatch
