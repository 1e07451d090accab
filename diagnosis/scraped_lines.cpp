#include "diagnosis/scraped_lines.hpp"

#include <algorithm>
#include <array>

#include "diagnosis/flow.hpp"
#include "diagnosis/paths.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration lately_dropped = std::chrono::minutes(3);

constexpr Duration tolerance = std::chrono::seconds(5);  // a pipeline may take the time out of the line itself
constexpr Duration on_its_way = std::chrono::seconds(10);
constexpr Duration minutes_of_discards = std::chrono::minutes(15);

bool is_read_by_a_scraper_of_containers(const View& view, const Expectation& expectation) {
  const auto* receiver = view.receiver(expectation.receiver);
  return receiver && expectation.signal == Signal::logs && receiver->component.starts_with("loki.source.docker.");
}

const ContainerLine* line_of(const ContainerLines& found, const std::string& container) {
  const auto line = std::find_if(found.lines.begin(), found.lines.end(),
                                 [&](const ContainerLine& each) { return each.container == container; });
  return line == found.lines.end() ? nullptr : &*line;
}

// Between a fault and the two runs that show it.
Duration patience(const View& view, const Expectation& expectation) {
  const auto& plan = view.plan();
  return expectation.max_age + 2 * std::max(plan.docker->interval, plan.loki ? plan.loki->interval : Duration::zero());
}

void compare(const View& view, const Expectation& expectation, const std::vector<WallTime>& past, ScrapedLines& lines) {
  const auto answer = view.newest(expectation);
  const auto* facts = view.newest_facts(expectation);
  if (!answer.value() || !facts) return;
  lines.is_known_to_loki = facts->last_seen.has_value();
  lines.in_loki = facts->last_seen.value_or(answer.run()->at - answer.value()->window);
  if (!lines.newest || *lines.newest <= *lines.in_loki + tolerance) return;
  const auto first =
      std::find_if(past.begin(), past.end(), [&](WallTime time) { return time > *lines.in_loki + tolerance; });
  lines.first_missing = first == past.end() ? *lines.newest : *first;
  const auto long_enough = patience(view, expectation);
  if (facts->advanced_at && view.now() - *facts->advanced_at <= expectation.max_age) return;
  lines.is_missing = view.now() - *lines.first_missing > long_enough;
  const bool knows_since_when = first != past.begin() && first != past.end();
  const bool asked_later = past.size() < 2 || answer.run()->at - *lines.first_missing >= on_its_way;
  lines.may_be_missing = !lines.is_missing && !knows_since_when && asked_later &&
                         *lines.first_missing - *lines.in_loki > long_enough && is_missing(view, expectation);
}

bool has_all_lines(const View& view, const Expectation& expectation) {
  if (view.source(expectation).state == State::healthy) return true;
  const auto lines = scraped_lines(view, expectation);
  if (!lines) return !silence_is_a_fault(view, expectation);
  return lines->refusal.empty() && lines->in_loki && !lines->first_missing;
}

bool is_age(const std::string& reason) { return reason == "greater_than_max_sample_age" || reason == "too_far_behind"; }

bool refuses_only_old_entries(const View& view) {
  const auto reasons = moving_details(view.counters("loki_metrics", view.address(Component::loki)),
                                      {CounterKind::backend_discarded, "loki", {}, {}}, minutes_of_discards);
  return !reasons.empty() && std::all_of(reasons.begin(), reasons.end(), is_age);
}

// Lately, or it was not asked since Loki's first refusal was read.
bool drops_at_alloy(const View& view) {
  const auto* of_loki = view.counters("loki_metrics", view.address(Component::loki));
  const auto discarded = flow_of(of_loki, {CounterKind::backend_discarded, "loki", {}, {}});
  const bool has_just_begun = discarded.increase == discarded.increase_of_minutes;
  const auto& alloys = view.plan().alloys;
  return std::any_of(alloys.begin(), alloys.end(), [&](const AlloyPlan& alloy) {
    const auto* windows = view.counters("alloy_controller", alloy.name);
    const auto dropped = flow_where(windows, [](const CounterKey& key) {
      return key.kind == CounterKind::exporter_failed && key.subject.starts_with("loki.write.");
    });
    const bool lately = dropped.last_moved && windows->at - *dropped.last_moved < lately_dropped;
    return lately || (has_just_begun && windows && windows->at < of_loki->at);
  });
}

}  // namespace

std::optional<ScrapedLines> scraped_lines(const View& view, const Expectation& expectation) {
  if (!view.plan().docker || !is_read_by_a_scraper_of_containers(view, expectation)) return std::nullopt;
  const auto address = view.plan().docker->endpoint.url.address();
  const auto* facts = view.find("docker_lines", address);
  const auto* found = view.settled<ContainerLines>("docker_lines", address).value();
  const auto& container = expectation.container.empty() ? expectation.source : expectation.container;
  const auto* line = found ? line_of(*found, container) : nullptr;
  if (!line) return std::nullopt;
  ScrapedLines lines;
  lines.newest = line->newest;
  lines.refusal = line->refusal;
  const auto past = facts->lines.find(container);
  compare(view, expectation, past == facts->lines.end() ? std::vector<WallTime>() : past->second, lines);
  return lines;
}

bool is_only_sent_again(const View& view) {
  if (!refuses_only_old_entries(view) || !drops_at_alloy(view)) return false;
  bool docker_tells = false;
  for (const auto& expectation : view.plan().expectations) {
    if (expectation.signal != Signal::logs) continue;
    if (!has_all_lines(view, expectation)) return false;
    docker_tells |= scraped_lines(view, expectation).has_value();
  }
  return docker_tells;
}

}  // namespace lgtmwatch
