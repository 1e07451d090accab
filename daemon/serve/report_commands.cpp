#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/text.hpp"
#include "daemon/serve/report.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t shown_answer = 100;
constexpr std::size_t most_commands = 40;

std::string first_line_of(const std::string& text) {
  return shown_text(std::string_view(text).substr(0, text.find('\n')), shown_answer);
}

std::string answer_of(const Exchange& exchange) {
  if (exchange.status == 0) return exchange.error;
  const auto line = first_line_of(exchange.first_bytes);
  return fmt::format("{}{}{}", exchange.status, line.empty() ? "" : " ", line);
}

// What went wrong first, then what tells that a component is ready, then the rest.
int rank_of(const ProbeFacts& probe) {
  if (!probe.last->good()) return 0;
  return probe.probe.ends_with("_ready") ? 1 : 2;
}

}  // namespace

std::vector<VerificationCommand> verification_commands(const StackFacts& facts) {
  std::vector<const ProbeFacts*> asked;
  for (const auto& probe : facts.probes)
    if (probe.last && !probe.last->exchanges.empty()) asked.push_back(&probe);
  std::stable_sort(asked.begin(), asked.end(),
                   [](const ProbeFacts* a, const ProbeFacts* b) { return rank_of(*a) < rank_of(*b); });
  std::vector<VerificationCommand> commands;
  for (const auto* probe : asked) {
    const auto& exchange = probe->last->exchanges.back();
    const bool is_known = std::any_of(commands.begin(), commands.end(), [&](const VerificationCommand& command) {
      return command.command == exchange.curl;
    });
    if (is_known || commands.size() >= most_commands) continue;
    commands.push_back({probe->probe + " " + probe->target, exchange.curl, answer_of(exchange)});
  }
  return commands;
}

}  // namespace lgtmwatch
