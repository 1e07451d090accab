// Targets that a prometheus.scrape cannot scrape, by what its own debug information says of them, and relabellings that
// leave it none.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagnosis/findings.hpp"
#include "diagnosis/paths.hpp"
#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_named = 5;
constexpr Duration scraped_again = std::chrono::minutes(1);

// "http://alloy:12345/metrics" -> "alloy:12345"
std::string address_in(const std::string& url) {
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

bool is_over_limit(const ScrapeTarget& target) { return target.last_error.find("limit exceeded") != std::string::npos; }

class Scraped {
 public:
  Scraped(const View& view, Diagnosis& diagnosis, const AlloyPlan& alloy)
      : view_(view),
        diagnosis_(diagnosis),
        pipeline_(view, alloy),
        seen_(view.settled<AlloyComponents>("alloy_components", alloy.name)) {}

  void find() {
    if (!seen_.value()) return;
    for (const auto& component : seen_.value()->components) {
      find_down(component);
      if (component.targets_in.value_or(0) > 0 && component.targets_out == 0) find_relabelled_away(component);
    }
  }

 private:
  using Targets = std::vector<const ScrapeTarget*>;

  void find_down(const AlloyComponent& scrape) {
    Targets down, over_limit;
    for (const auto& target : scrape.scraped) {
      if (target.health != "down" || follows_from_another(target) || may_have_come_back(target)) continue;
      (is_over_limit(target) ? over_limit : down).push_back(&target);
    }
    if (!down.empty()) tell_down(scrape, down);
    if (!over_limit.empty()) tell_over_limit(scrape, over_limit);
  }

  // A component of the stack that does not answer lgtmwatch either.
  bool follows_from_another(const ScrapeTarget& target) {
    const auto address = address_in(target.url);
    for (auto& finding : diagnosis_.findings) {
      if (finding.subject != target.job && address_of(finding.subject) != address) continue;
      finding.consequences.push_back(fmt::format("scrape-target-down: {} cannot be scraped", target.url));
      return true;
    }
    return false;
  }

  // A component of the stack that answers again: Alloy was asked before, or had not scraped it again.
  bool may_have_come_back(const ScrapeTarget& target) const {
    for (const auto* component : {"loki", "tempo", "mimir", "grafana", "alloy"}) {
      if (target.job != component && address_of(component) != address_in(target.url)) continue;
      const auto asked = std::string(component) == "alloy" ? pipeline_.alloy().name : address_of(component);
      const auto probe = fmt::format("{}_ready", component);
      const auto* facts = view_.find(probe, asked);
      if (view_.is_in_doubt(probe, asked)) return true;
      if (facts && facts->recovered_at && seen_.run()->at < *facts->recovered_at + scraped_again) return true;
    }
    return false;
  }

  std::string address_of(const std::string& subject) const {
    for (const auto component : {Component::loki, Component::tempo, Component::mimir, Component::grafana})
      if (to_string(component) == subject) return view_.address(component);
    for (const auto& alloy : view_.plan().alloys)
      if (alloy.name == subject) return alloy.endpoint.url.address();
    return {};
  }

  void tell_down(const AlloyComponent& scrape, const Targets& down) {
    auto finding = made("scrape-target-down", scrape, down);
    finding.summary = fmt::format("Alloy '{}' cannot scrape {}: {}{}", pipeline_.alloy().name, named(down),
                                  down.front()->last_error, what_is_silent(finding));
    finding.remedy = {
        fmt::format("check that {} is there and on a network of Alloy's, and that the address and port in "
                    "the targets of {} are right",
                    address_in(down.front()->url), scrape.id)};
    add_with_its_targets(view_, diagnosis_, std::move(finding));
  }

  void tell_over_limit(const AlloyComponent& scrape, const Targets& over) {
    auto finding = made("scrape-limit-exceeded", scrape, over);
    finding.summary = fmt::format("Alloy '{}' throws away whole scrapes of {}: {}{}", pipeline_.alloy().name,
                                  named(over), over.front()->last_error, what_is_silent(finding));
    finding.remedy = {fmt::format("raise the limit in {}, or let the target show less", scrape.id)};
    add_with_its_targets(view_, diagnosis_, std::move(finding));
  }

  // Where it feeds a scrape of metrics and something that comes through that is silent; of scrapers of logs
  // rules_scraper.cpp tells.
  void find_relabelled_away(const AlloyComponent& relabel) {
    for (const auto& scrape : seen_.value()->components) {
      if (!scrape.id.starts_with("prometheus.scrape.") || !pipeline_.leads_to(relabel.id, scrape.id)) continue;
      auto finding = made("relabel-drops-all", scrape, {});
      if (finding.targets.empty()) continue;
      finding.stage = Stage::process;
      finding.summary = fmt::format("{} of Alloy '{}' keeps none of its {} targets{}", relabel.id,
                                    pipeline_.alloy().name, *relabel.targets_in, what_is_silent(finding));
      finding.remedy = {
          fmt::format("look at the rules of {}: a `keep` matches nothing, or a `drop` matches everything", relabel.id)};
      finding.evidence.push_back(fmt::format("curl -sS {}/api/v0/web/components/{}: {} targets, no output",
                                             pipeline_.alloy().endpoint.url.text(), relabel.id, *relabel.targets_in));
      add_with_its_targets(view_, diagnosis_, std::move(finding));
      return;
    }
  }

  Finding made(std::string cause, const AlloyComponent& scrape, const Targets& down) const {
    Finding finding;
    finding.cause = std::move(cause);
    finding.subject = pipeline_.alloy().name;
    finding.stage = Stage::receive;
    finding.signals = {Signal::metrics};
    for (const auto& expectation : view_.plan().expectations) {
      const auto* receiver = view_.receiver(expectation.receiver);
      if (!receiver || receiver->component != scrape.id || expectation.signal != Signal::metrics) continue;
      if (diagnosis_.explained_expectations.contains(target_of(expectation))) continue;
      const bool of_target =
          std::any_of(down.begin(), down.end(), [&](const auto* target) { return target->job == expectation.source; });
      if ((down.empty() || of_target) && view_.source(expectation).state == State::broken)
        finding.targets.insert(target_of(expectation));
    }
    for (const auto* target : down)
      finding.evidence.push_back(fmt::format("curl -sS {}/api/v0/web/components/{}: {} is {}, {}",
                                             pipeline_.alloy().endpoint.url.text(), scrape.id, target->url,
                                             target->health, target->last_error));
    if (finding.targets.empty()) {
      finding.state = State::degraded;
      finding.severity = Severity::warning;
    }
    return finding;
  }

  static std::string named(const Targets& targets) {
    std::string list;
    for (std::size_t i = 0; i < std::min(targets.size(), most_named); ++i)
      list += (i == 0 ? "" : ", ") + targets[i]->url;
    if (targets.size() > most_named) list += fmt::format(" and {} more", targets.size() - most_named);
    return list;
  }

  static std::string what_is_silent(const Finding& finding) {
    return finding.targets.empty() ? std::string()
                                   : fmt::format("; silent for it: {}", fmt::join(finding.targets, ", "));
  }

  const View& view_;
  Diagnosis& diagnosis_;
  Pipeline pipeline_;
  Seen<AlloyComponents> seen_;
};

}  // namespace

void find_scrape_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto& alloy : view.plan().alloys)
    if (!view.is_in_doubt("alloy_ready", alloy.name) && !view.silence(alloy)) Scraped(view, diagnosis, alloy).find();
}

}  // namespace lgtmwatch
