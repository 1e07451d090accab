#include "daemon/config/pem.hpp"

#include <fmt/format.h>

namespace lgtmwatch {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view line_end = "-----";

struct Block {
  std::string_view label;  // "RSA PRIVATE KEY"
  std::string_view body;   // what follows the first line, up to the last where there is one
  bool is_whole = false;
};

// The first block of that kind; its label ends so: there are EC PRIVATE KEY and TRUSTED CERTIFICATE too.
std::optional<Block> find_block(std::string_view content, std::string_view ending) {
  for (auto at = content.find(begin_mark); at != std::string_view::npos; at = content.find(begin_mark, at + 1)) {
    const auto rest = content.substr(at + begin_mark.size());
    const auto label = rest.substr(0, rest.find(line_end));
    if (label.size() == rest.size() || !label.ends_with(ending)) continue;
    const auto body = rest.substr(label.size() + line_end.size());
    const auto end = body.find(fmt::format("{}{}{}", end_mark, label, line_end));
    return Block{label, body.substr(0, end), end != std::string_view::npos};
  }
  return std::nullopt;
}

}  // namespace

std::optional<PemProblem> pem_problem(std::string_view content, PemBlock wanted) {
  const bool is_key = wanted == PemBlock::private_key;
  const std::string_view ending = is_key ? "PRIVATE KEY" : "CERTIFICATE";
  const auto name = is_key ? "private key" : "certificate";
  if (content.empty()) return PemProblem{"is empty", {}};
  const auto block = find_block(content, ending);
  if (!block)
    return PemProblem{fmt::format("holds no {} in PEM form", name),
                      fmt::format("it must have a line of {}{}{}", begin_mark, ending, line_end)};
  if (!block->is_whole) return PemProblem{fmt::format("holds a {} that is cut off", name), "write it anew"};
  const bool is_encrypted =
      block->label.starts_with("ENCRYPTED") || block->body.find(",ENCRYPTED") < block->body.size();
  if (is_encrypted)
    return PemProblem{"holds a private key that needs a passphrase",
                      "give a key without one, readable only to lgtmwatch"};
  return std::nullopt;
}

}  // namespace lgtmwatch
