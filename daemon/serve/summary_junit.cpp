#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/text.hpp"
#include "daemon/serve/summary.hpp"

namespace lgtmwatch {
namespace {

std::string summaries_of(const StackVerdict& verdict) {
  std::string text;
  for (const auto& finding : verdict.findings) text += finding.cause + ": " + finding.summary + "\n";
  return text;
}

std::string case_xml(const StackVerdict& verdict, const Criterion& criterion) {
  auto xml = fmt::format("    <testcase classname=\"{}\" name=\"{}\"", escaped_markup(verdict.name),
                         escaped_markup(criterion.name));
  if (criterion.state == State::healthy) return xml + "/>\n";
  const auto* element = criterion.state == State::unknown ? "error" : "failure";
  const auto* separator = criterion.note.empty() ? "" : ": ";
  return xml + fmt::format("><{0} message=\"{1}{2}{3}\">{4}</{0}></testcase>\n", element, to_string(criterion.state),
                           separator, escaped_markup(criterion.note), escaped_markup(summaries_of(verdict)));
}

std::string skipped_xml(const StackVerdict& verdict, const CanaryStatus& canary) {
  return fmt::format("    <testcase classname=\"{}\" name=\"canary/{}/{}\"><skipped message=\"{}\"/></testcase>\n",
                     escaped_markup(verdict.name), escaped_markup(canary.route), to_string(canary.signal),
                     escaped_markup(canary.note));
}

// What breaks the stack though every criterion is met, so that nothing that fails is green.
std::string unmet_xml(const StackVerdict& verdict) {
  return fmt::format(
      "    <testcase classname=\"{}\" name=\"nothing else is found\"><failure message=\"{}\">{}</failure></testcase>\n",
      escaped_markup(verdict.name), to_string(verdict.state), escaped_markup(summaries_of(verdict)));
}

std::string suite_xml(const StackVerdict& verdict) {
  const auto count = [&](auto matches) {
    return std::count_if(verdict.criteria.begin(), verdict.criteria.end(), matches);
  };
  const auto errors = count([](const Criterion& c) { return c.state == State::unknown; });
  const auto unmet = count([](const Criterion& c) { return c.state >= State::degraded; });
  const auto beside = verdict.state >= State::degraded && unmet == 0 ? 1 : 0;
  std::string cases = beside > 0 ? unmet_xml(verdict) : std::string();
  for (const auto& criterion : verdict.criteria) cases += case_xml(verdict, criterion);
  std::size_t skipped = 0;
  for (const auto& canary : verdict.canaries) {
    if (canary.checked) continue;
    ++skipped;
    cases += skipped_xml(verdict, canary);
  }
  auto xml = fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
                         escaped_markup(verdict.name), verdict.criteria.size() + beside + skipped, unmet + beside,
                         errors, skipped);
  xml += cases;
  return xml + "  </testsuite>\n";
}

}  // namespace

std::string summary_junit(const Snapshot& snapshot) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const auto& stack : snapshot.stacks) xml += suite_xml(stack->verdict);
  return xml + "</testsuites>\n";
}

}  // namespace lgtmwatch
