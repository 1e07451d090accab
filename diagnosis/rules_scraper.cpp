// Scrapers of logs that read nothing: no socket, no targets, targets that cannot be tailed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagnosis/container_logs.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/pipeline.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration asked_again = std::chrono::seconds(90);  // Docker, by a discovery: every 60 s unless told otherwise

struct Kind {
  std::string cause;
  std::string summary;  // "the scraper docker …"
  std::string remedy;
  std::vector<std::string> alternatives;
  std::string evidence{};  // besides what the scraper says itself
};

class Scraper {
 public:
  Scraper(const View& view, const AlloyPlan& alloy, const ReceiverPlan& receiver)
      : view_(view),
        pipeline_(view, alloy),
        receiver_(receiver),
        seen_(view.settled<AlloyScraper>("alloy_scraper", receiver.name)) {}

  std::optional<Finding> find() const {
    const auto kind = kind_of_fault();
    if (!kind) return std::nullopt;
    Finding finding;
    finding.cause = kind->cause;
    finding.subject = receiver_.name;
    finding.stage = kind->cause == "relabel-drops-all" ? Stage::process : Stage::receive;
    finding.signals = {Signal::logs};
    finding.summary = fmt::format("the scraper {} {}", receiver_.name, kind->summary);
    finding.remedy = {kind->remedy};
    finding.alternatives = kind->alternatives;
    finding.evidence = evidence_of(seen_.run());
    if (!kind->evidence.empty()) finding.evidence.push_back(kind->evidence);
    const auto entries = pipeline_.lines_read(receiver_);
    if (entries.known)
      finding.evidence.push_back(fmt::format("{}/metrics: {} has read {:.0f} lines, {:.0f} within {}",
                                             pipeline_.alloy().endpoint.url.text(), pipeline_.component_of(receiver_),
                                             entries.raw, entries.increase, format_age(entries.interval)));
    for (const auto& discovery : failing_discoveries())
      finding.evidence.push_back(fmt::format("{}/metrics: prometheus_sd_refresh_failures_total of {} is not 0",
                                             pipeline_.alloy().endpoint.url.text(), discovery));
    for (const auto& expectation : view_.plan().expectations)
      if (expectation.receiver == receiver_.name) finding.targets.insert(target_of(expectation));
    const bool silent = something_is_silent();
    finding.state = silent ? State::broken : State::degraded;
    finding.severity = silent ? Severity::critical : Severity::warning;
    return finding;
  }

 private:
  bool is_docker() const { return receiver_.component.starts_with("loki.source.docker."); }
  bool reads_files() const {
    return receiver_.kind == ReceiverKind::file || receiver_.component.starts_with("loki.source.file.");
  }

  bool something_is_silent() const {
    const auto& expectations = view_.plan().expectations;
    return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& expectation) {
      return expectation.receiver == receiver_.name && view_.source(expectation).state == State::broken;
    });
  }

  // Docker's discoveries that lead to the scraper, or any where the graph is not known. One that begins anew counts
  // from 0, and finds its targets only when it asks the next time.
  std::vector<std::string> failing_discoveries() const {
    auto discoveries = subjects_of(pipeline_.counters(), CounterKind::discovery_failures);
    std::erase_if(discoveries, [&](const std::string& discovery) {
      const auto failures = pipeline_.flow({CounterKind::discovery_failures, discovery, {}, "docker"});
      const bool feeds = !pipeline_.knows_graph() || pipeline_.leads_to(discovery, receiver_.component);
      const bool lately = failures.last_moved && pipeline_.counters()->at - *failures.last_moved < asked_again;
      return !feeds || (failures.raw == 0 && !lately);
    });
    return discoveries;
  }

  std::optional<Kind> kind_of_fault() const {
    const auto* scraper = seen_.value();
    const auto lines = pipeline_.lines_read(receiver_);
    if (!scraper || (lines.moves && lines.still_in_a_row < 2)) return std::nullopt;
    if (receiver_.kind == ReceiverKind::file && scraper->read_by.empty()) return without_reader(*scraper);
    if (scraper->targets == 0 && is_docker() && !failing_discoveries().empty()) return without_docker();
    if (scraper->targets == 0) return without_targets();
    if (reads_files()) return unreadable_files(*scraper);
    if (is_docker() && scraper->container_ids == 0 && scraper->tailed.empty())
      return Kind{
          "docker-targets-without-container-id",
          fmt::format("tails none of its {} targets: they carry no __meta_docker_container_id", scraper->targets),
          "keep __meta_docker_container_id in the relabelling; use relabel_rules of the source instead",
          {}};
    return not_running(*scraper);
  }

  // A discovery.relabel before it that is given targets and hands on none; null where there is none.
  const AlloyComponent* closed_relabelling() const {
    const auto* components = view_.settled<AlloyComponents>("alloy_components", pipeline_.alloy().name).value();
    if (!components) return nullptr;
    for (const auto& component : components->components)
      if (component.targets_in.value_or(0) > 0 && component.targets_out == 0 &&
          pipeline_.leads_to(component.id, receiver_.component))
        return &component;
    return nullptr;
  }

  // The counters are the same for a socket that is not there and for a version that is refused; Alloy's log tells.
  Kind without_docker() const {
    for (const auto* words : {"is too old. Minimum supported API version", "is too new. Maximum supported API version"})
      if (const auto line = find_in_logs(view_, pipeline_.alloy(), words))
        return {"docker-api-version-mismatch",
                "has no targets: Docker does not accept the version of its API that Alloy speaks",
                "upgrade Alloy; until then let the daemon accept older clients: DOCKER_MIN_API_VERSION=1.41 in the "
                "environment of dockerd",
                {},
                line->evidence};
    Kind kind{"docker-socket-missing-or-denied",
              "has no targets, and Alloy cannot ask Docker for containers",
              "mount /var/run/docker.sock into Alloy's container and give Alloy its group (group_add)",
              {}};
    const auto line = find_in_logs(view_, pipeline_.alloy(), "docker.sock");
    if (line) kind.evidence = line->evidence;
    if (!line) kind.alternatives.emplace_back("docker-api-version-mismatch");
    return kind;
  }

  Kind without_targets() const {
    if (const auto* relabelling = closed_relabelling())
      return {
          "relabel-drops-all",
          fmt::format("has no targets: {} is given {} and hands on none", relabelling->id, *relabelling->targets_in),
          fmt::format("look at the rules of {}: a `keep` matches nothing, or a `drop` matches everything",
                      relabelling->id),
          {}};
    if (is_docker())
      return {"scraper-tails-nothing",
              "has no targets and tails nothing",
              "look at the targets of its component in Alloy's UI, and at the discovery and relabelling before it: an "
              "empty list is healthy to Alloy",
              {"relabel-drops-all", "docker-targets-without-container-id"}};
    return {"file-target-matches-nothing",
            "matches no file" + in_file(),
            "check the path as Alloy's container sees it: a volume that is not mounted matches nothing",
            {"scraper-tails-nothing"}};
  }

  std::string in_file() const { return receiver_.file.empty() ? std::string() : ": " + receiver_.file; }

  Kind without_reader(const AlloyScraper& scraper) const {
    const auto instead =
        scraper.instead.empty() ? std::string("Alloy has none") : fmt::format("{}", fmt::join(scraper.instead, "; "));
    return {"file-target-matches-nothing",
            fmt::format("tails nothing: no loki.source.file reads {} ({})", receiver_.file, instead),
            fmt::format("add {} to the path_targets of a local.file_match or to the targets of a loki.source.file, or "
                        "correct the file of this receiver in lgtmwatch's configuration",
                        receiver_.file),
            {}};
  }

  // A file that is read to its end, or is just being rotated, is not running either: only silence makes it a fault.
  std::optional<Kind> unreadable_files(const AlloyScraper& scraper) const {
    const auto running = [](const TailedTarget& target) { return target.running; };
    if (std::any_of(scraper.tailed.begin(), scraper.tailed.end(), running)) return std::nullopt;
    if (!scraper.tailed.empty() && !something_is_silent()) return std::nullopt;
    return Kind{"file-target-matches-nothing",
                fmt::format("tails none of its {} files{}", scraper.targets, in_file()),
                "check that the file is there as Alloy's container sees it, and that Alloy's user may read it and its "
                "folders",
                {"scraper-tails-nothing"}};
  }

  // Containers that have ended are not running either, so that this alone is no fault.
  std::optional<Kind> not_running(const AlloyScraper& scraper) const {
    if (scraper.tailed.empty() || !something_is_silent()) return std::nullopt;
    const auto running = [](const TailedTarget& target) { return target.running; };
    if (std::any_of(scraper.tailed.begin(), scraper.tailed.end(), running)) return std::nullopt;
    const auto& error = scraper.tailed.front().last_error;
    if (error.find("does not support reading") != std::string::npos)
      return Kind{"docker-log-driver-unreadable",
                  "cannot read its containers: " + error,
                  "use the log driver json-file, local or journald",
                  {}};
    return Kind{
        "scraper-tails-nothing",
        fmt::format("runs for none of its {} targets{}{}", scraper.tailed.size(), error.empty() ? "" : ": ", error),
        "check that the containers run and that Alloy can reach Docker",
        {"docker-socket-missing-or-denied", "docker-log-driver-unreadable", "docker-container-restart-not-resumed"}};
  }

  const View& view_;
  Pipeline pipeline_;
  const ReceiverPlan& receiver_;
  Seen<AlloyScraper> seen_;
};

}  // namespace

void find_scraper_faults(const View& view, Diagnosis& diagnosis) {
  for (const auto& alloy : view.plan().alloys) {
    if (view.is_in_doubt("alloy_ready", alloy.name)) continue;
    for (const auto& receiver : alloy.receivers) {
      if (diagnosis.explained_receivers.contains(receiver.name)) continue;
      auto finding = Scraper(view, alloy, receiver).find();
      if (finding) add_with_its_targets(view, diagnosis, std::move(*finding));
    }
  }
}

}  // namespace lgtmwatch
