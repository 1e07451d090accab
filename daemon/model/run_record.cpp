#include "daemon/model/run_record.hpp"

#include <fmt/format.h>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t shown_bytes = 160;

std::string one_line(std::string_view text) {
  auto shown = shown_text(text, shown_bytes);
  for (auto& c : shown)
    if (c == '\n' || c == '\t') c = ' ';
  while (shown.ends_with(' ')) shown.pop_back();
  if (text.size() > shown_bytes) shown += "…";
  return shown;
}

}  // namespace

RunRecord::RunRecord(Result<Observation> outcome) {
  if (outcome) {
    found = std::move(*outcome);
  } else {
    failure = outcome.error();
  }
}

std::string evidence_line(const Exchange& exchange) {
  const auto answer =
      exchange.error.empty() ? fmt::format("{} {}", exchange.status, one_line(exchange.first_bytes)) : exchange.error;
  return fmt::format("{} → {} ({})", exchange.curl, answer, format_rfc3339(exchange.at));
}

}  // namespace lgtmwatch
