#include "daemon/serve/page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/text.hpp"
#include "daemon/base/url.hpp"
#include "daemon/serve/page_frame.hpp"
#include "daemon/serve/stack_view.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t few = 3;  // stacks, all of which are shown on one page

std::string when_html(const Snapshot& snapshot) {
  auto html = fmt::format("<p><small>as of {}</small></p>", format_rfc3339(snapshot.at));
  if (!snapshot.complete) html += "<p class=\"unknown\">The first round of probes is still under way.</p>";
  return html;
}

std::string title_of(const Snapshot& snapshot) {
  auto state = State::healthy;
  for (const auto& stack : snapshot.stacks) state = worst(state, stack->verdict.state);
  return fmt::format("lgtmwatch: {}", snapshot.stacks.empty() ? "no stack" : to_string(state));
}

std::string whole_stacks_html(const Snapshot& snapshot, const History* history) {
  if (snapshot.stacks.empty()) return "<p>No stack is watched.</p>";
  std::string html;
  for (const auto& stack : snapshot.stacks) html += stack_html(*stack, snapshot.at, history);
  return html;
}

}  // namespace

std::string status_page(const Snapshot& snapshot, const History* history, const StackFilter& filter) {
  PageFrame frame;
  frame.title = title_of(snapshot);
  frame.head = refreshing;
  frame.top =
      "<h1>lgtmwatch</h1><nav><a href=\"metrics\">metrics</a> · <a href=\"api/v1/status\">JSON</a> · "
      "<a href=\"probes\">probes</a> · <a href=\"causes\">causes</a></nav>";
  if (snapshot.stacks.size() <= few && !filter.is_set())
    return framed_page(frame, when_html(snapshot) + whole_stacks_html(snapshot, history));
  frame.top += filter_form_html(filter) + fmt::format("<p role=\"status\">{}</p>", stack_counts_html(snapshot, filter));
  return framed_page(frame, when_html(snapshot) + overview_html(snapshot, filter));
}

std::optional<std::string> stack_page(const Snapshot& snapshot, std::string_view name, std::string_view root,
                                      const History* history) {
  const auto stack = std::find_if(snapshot.stacks.begin(), snapshot.stacks.end(),
                                  [&](const auto& each) { return each->verdict.name == name; });
  if (stack == snapshot.stacks.end()) return std::nullopt;
  const auto& verdict = (*stack)->verdict;
  PageFrame frame;
  frame.title = fmt::format("{}: {} · lgtmwatch", verdict.name, to_string(verdict.state));
  frame.head = fmt::format("<base href=\"{}\">{}", root, refreshing);
  frame.top = fmt::format(
      "<h1>lgtmwatch</h1><nav><a href=\"./\">all stacks</a> · <a href=\"probes?stack={0}\">probes</a> · "
      "<a href=\"api/v1/report?stack={0}\">report</a> · <a href=\"causes\">causes</a></nav>",
      percent_encode(name));
  return framed_page(frame, when_html(snapshot) + stack_html(**stack, snapshot.at, history));
}

}  // namespace lgtmwatch
