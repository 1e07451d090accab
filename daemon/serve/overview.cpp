#include "daemon/serve/overview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "daemon/base/lower_case.hpp"
#include "daemon/base/text.hpp"
#include "daemon/serve/maintenance_view.hpp"
#include "daemon/serve/stack_view.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_shown = 500;
constexpr std::array worst_first{State::broken, State::degraded, State::unknown, State::healthy};

std::vector<std::string> words_of(const std::string& search) {
  std::istringstream text(lower_case(search));
  std::vector<std::string> words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

bool is_about(const StackVerdict& verdict, const std::string& word) {
  const auto holds_word = [&](const std::string& text) { return lower_case(text).find(word) != std::string::npos; };
  return holds_word(verdict.name) || std::any_of(verdict.findings.begin(), verdict.findings.end(),
                                                 [&](const Finding& finding) { return holds_word(finding.cause); });
}

bool fits(const StackVerdict& verdict, const std::vector<std::string>& words, bool only_broken) {
  if (only_broken && verdict.state != State::broken) return false;
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) { return is_about(verdict, word); });
}

std::string signals_html(const StackVerdict& verdict) {
  std::string html;
  for (const auto& [signal, state] : verdict.signals)
    html += fmt::format("{0} <span class=\"{1}\">{1}</span> · ", to_string(signal), to_string(state));
  return fmt::format("<p>{}<small>{}</small></p>", html, score_text(verdict));
}

std::string worst_finding_html(const std::vector<Finding>& findings) {
  if (findings.empty()) return {};
  const auto worst = std::min_element(findings.begin(), findings.end(),
                                      [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  auto html = fmt::format("<p>{}", escaped_markup(worst->summary));
  if (!worst->remedy.empty())
    html += fmt::format("<br><small>what to do:</small> {}", escaped_markup(worst->remedy.front()));
  if (findings.size() > 1) html += fmt::format("<br><small>and {} more</small>", findings.size() - 1);
  return html + "</p>";
}

std::string stack_item(const StackSnapshot& stack, WallTime now) {
  const auto& verdict = stack.verdict;
  return fmt::format(
      "<li class=\"is-{0}\"><h2><a href=\"{1}\">{2}</a> <span class=\"{0}\">{0}</span></h2><div>{3}{4}{5}</div></li>",
      to_string(verdict.state), stack_link(verdict.name), escaped_markup(verdict.name), signals_html(verdict),
      maintenance_html(*stack.facts.plan, now), worst_finding_html(verdict.findings));
}

std::string counted_stacks(std::size_t count) { return count == 1 ? "1 stack" : fmt::format("{} stacks", count); }

}  // namespace

std::vector<const StackSnapshot*> chosen_stacks(const Snapshot& snapshot, const StackFilter& filter) {
  const auto words = words_of(filter.search);
  std::vector<const StackSnapshot*> chosen;
  for (const auto& stack : snapshot.stacks)
    if (fits(stack->verdict, words, filter.only_broken)) chosen.push_back(stack.get());
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const StackSnapshot* a, const StackSnapshot* b) { return a->verdict.state > b->verdict.state; });
  return chosen;
}

std::string stack_counts_html(const Snapshot& snapshot, const StackFilter& filter) {
  std::string html = counted_stacks(snapshot.stacks.size());
  for (const auto state : worst_first) {
    const auto count = std::count_if(snapshot.stacks.begin(), snapshot.stacks.end(),
                                     [&](const auto& stack) { return stack->verdict.state == state; });
    if (count > 0) html += fmt::format(" · <span class=\"{0}\">{1} {0}</span>", to_string(state), count);
  }
  if (!filter.is_set()) return html;
  return html + fmt::format("<br>{} fit · <a href=\"./\">show all</a>",
                            counted_stacks(chosen_stacks(snapshot, filter).size()));
}

std::string filter_form_html(const StackFilter& filter) {
  return fmt::format(
      "<form role=\"search\"><label>Search <input type=\"search\" name=\"search\" value=\"{}\" maxlength=\"200\" "
      "placeholder=\"name or cause\"></label> <label><input type=\"checkbox\" name=\"only_broken\" value=\"1\"{}> only "
      "broken</label> <button>Show</button></form>",
      escaped_markup(shown_text(filter.search, 200)), filter.only_broken ? " checked" : "");
}

std::string overview_html(const Snapshot& snapshot, const StackFilter& filter) {
  const auto chosen = chosen_stacks(snapshot, filter);
  if (chosen.empty()) return "<p>No stack fits.</p>";
  std::string html = "<ul class=\"stacks\">";
  for (std::size_t i = 0; i < chosen.size() && i < most_shown; ++i) html += stack_item(*chosen[i], snapshot.at);
  html += "</ul>";
  if (chosen.size() <= most_shown) return html;
  return html + fmt::format("<p>{} more are not shown; search for them.</p>", chosen.size() - most_shown);
}

}  // namespace lgtmwatch
