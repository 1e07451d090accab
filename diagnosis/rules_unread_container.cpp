// Containers whose lines Docker has and Loki has not, while others are read; and containers that write none.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "diagnosis/containers.hpp"
#include "diagnosis/findings.hpp"
#include "diagnosis/paths.hpp"
#include "diagnosis/pipeline.hpp"
#include "diagnosis/scraped_lines.hpp"

namespace lgtmwatch {
namespace {

constexpr Duration around_a_start = std::chrono::seconds(30);

struct Unread {
  const View& view;
  const Containers& containers;
  const Expectation& expectation;
  const Container& container;
  const ScrapedLines& lines;
};

const AlloyScraper* scraper_of(const Unread& unread) {
  return unread.view.settled<AlloyScraper>("alloy_scraper", unread.expectation.receiver).value();
}

const TailedTarget* tail_of(const Unread& unread) {
  const auto* scraper = scraper_of(unread);
  if (!scraper) return nullptr;
  const auto found = std::find_if(scraper->tailed.begin(), scraper->tailed.end(), [&](const TailedTarget& target) {
    return !target.id.empty() && target.id.starts_with(unread.container.id);
  });
  return found == scraper->tailed.end() ? nullptr : &*found;
}

// Unix seconds of the last line that the tailer has read; nothing where it does not say so.
std::optional<double> has_read_up_to(const TailedTarget* tail) {
  if (!tail) return std::nullopt;
  double seconds = 0;
  const auto& text = tail->read_offset;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return read.ec == std::errc() && seconds > 0 ? std::optional(seconds) : std::nullopt;
}

bool others_are_read(const Unread& unread) {
  const auto& expectations = unread.view.plan().expectations;
  const bool arrive = std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& other) {
    return other.receiver == unread.expectation.receiver && other.source != unread.expectation.source &&
           unread.view.source(other).state == State::healthy;
  });
  if (arrive) return true;
  const auto* alloy = unread.view.alloy_of(unread.expectation.receiver);
  return alloy && Pipeline(unread.view, *alloy).lines_read(*unread.view.receiver(unread.expectation.receiver)).moves;
}

// Nothing is missing from before its start. Where Loki has nothing at all, the tail that has ended speaks for it.
bool began_with_its_start(const Unread& unread) {
  const auto& started = unread.container.started;
  if (!started || *unread.lines.first_missing < *started - around_a_start) return false;
  if (unread.lines.is_known_to_loki) return *unread.lines.in_loki <= *started + around_a_start;
  const auto* tail = tail_of(unread);
  return tail && !tail->running && *started >= *unread.lines.in_loki - around_a_start;
}

std::string newest_line_question(const Unread& unread) {
  return engine_question(unread.view, fmt::format("/containers/{}/logs?stdout=1&stderr=1&timestamps=1&tail=1",
                                                  unread.container.name)) +
         " --output -";
}

std::string age(const Unread& unread, WallTime time) { return format_age(unread.view.now() - time); }

Finding finding_of(const Unread& unread, std::string cause, Stage stage) {
  const auto& expectation = unread.expectation;
  Finding finding;
  finding.cause = std::move(cause);
  finding.subject = expectation.source;
  finding.stage = stage;
  finding.signals = {Signal::logs};
  finding.path = expectation.path;
  finding.rests_on_silence = true;
  if (stage != Stage::source) finding.targets = {target_of(expectation)};
  return finding;
}

void add_evidence(const Unread& unread, Finding& finding) {
  const auto& newest = unread.lines.newest;
  finding.evidence.push_back(fmt::format("{} → {}", newest_line_question(unread),
                                         newest ? "its newest line is of " + format_rfc3339(*newest) : "no line"));
  for (auto& line : evidence_of(unread.view.newest(unread.expectation).run()))
    finding.evidence.push_back(std::move(line));
  if (const auto* tail = tail_of(unread))
    finding.evidence.push_back(fmt::format("{} of {}: is_running {}, read_offset {}{}{}",
                                           unread.view.receiver(unread.expectation.receiver)->component,
                                           unread.container.id, tail->running, tail->read_offset,
                                           tail->last_error.empty() ? "" : ", last_error ", tail->last_error));
  finding.consequences.push_back(target_of(unread.expectation) + ": " + silence_of(unread.view, unread.expectation));
}

std::string what_is_missing(const Unread& unread) {
  const auto& lines = unread.lines;
  const auto in_loki = lines.is_known_to_loki ? fmt::format("Loki's newest is {} old", age(unread, *lines.in_loki))
                                              : std::string("Loki has none");
  return fmt::format("Docker has lines of {} since {} ago that Loki has not ({}; Docker's newest is {} old)",
                     unread.container.name, age(unread, *lines.first_missing), in_loki, age(unread, *lines.newest));
}

std::optional<Finding> not_read(const Unread& unread) {
  const auto& lines = unread.lines;
  if (!lines.is_missing && !lines.may_be_missing) return std::nullopt;
  const auto* scraper = scraper_of(unread);
  if (scraper && scraper->targets == 0) return std::nullopt;  // nor any other container
  const auto* tail = tail_of(unread);
  const auto read = has_read_up_to(tail);
  const bool stands = read && *read < unix_seconds(*lines.first_missing) - 1;
  if (read && !stands) return std::nullopt;  // it is lost behind the scraper
  const bool has_ended = tail && !tail->running;
  if (!stands && !has_ended && !others_are_read(unread)) return std::nullopt;  // a fault of the whole scraper
  const bool restarted = began_with_its_start(unread);
  auto finding = finding_of(
      unread, restarted ? "docker-container-restart-not-resumed" : "docker-tail-stalled-one-container", Stage::receive);
  const auto since =
      restarted ? fmt::format(", since it was started {} ago", age(unread, *unread.container.started)) : std::string();
  finding.summary = fmt::format("the scraper {} does not read {} any more{}: {}", unread.expectation.receiver,
                                unread.expectation.source, since, what_is_missing(unread));
  add_evidence(unread, finding);
  finding.remedy = {fmt::format("restart Alloy '{}': it reads on where it had stopped",
                                unread.view.alloy_of(unread.expectation.receiver)->name)};
  finding.remedy.emplace_back(restarted
                                  ? "upgrade Alloy to 1.1 or newer, which reads on after a restart of a container"
                                  : "where Alloy reads Docker through a socket proxy, raise the time-out that the "
                                    "proxy has for streams, or do without it");
  if (scraper_of(unread) && !tail) finding.alternatives.emplace_back("relabel-drops-all");
  if (!lines.is_known_to_loki)
    finding.alternatives.emplace_back(restarted ? "docker-tail-stalled-one-container"
                                                : "docker-container-restart-not-resumed");
  if (lines.may_be_missing) finding.alternatives.emplace_back("app-idle");
  return finding;
}

// It shows that it works: by logs or traces that it exports itself. Metrics an idle one exports too.
bool works(const Unread& unread) {
  const auto& expectations = unread.view.plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& other) {
    return other.source == unread.expectation.source && other.signal != Signal::metrics &&
           !unread.view.is_scraped(other) && unread.view.source(other).state == State::healthy;
  });
}

bool something_arrives(const Unread& unread) {
  const auto& expectations = unread.view.plan().expectations;
  return std::any_of(expectations.begin(), expectations.end(), [&](const Expectation& other) {
    return other.source == unread.expectation.source && unread.view.source(other).state == State::healthy;
  });
}

// It has written something only just now, or was only just started.
bool is_to_be_waited_for(const Unread& unread) {
  const auto& lines = unread.lines;
  const bool on_its_way = lines.first_missing && !lines.is_missing && !lines.may_be_missing;
  const auto& started = unread.container.started;
  const bool just_started = started && unread.view.now() - *started <= unread.expectation.max_age;
  return (lines.in_loki && on_its_way) || (just_started && !lines.is_missing);
}

std::optional<Finding> not_written(const Unread& unread) {
  const auto& [view, containers, expectation, container, lines] = unread;
  if (!is_missing(view, expectation)) return std::nullopt;
  if (is_to_be_waited_for(unread) || !something_arrives(unread) || !lines.in_loki || lines.first_missing)
    return std::nullopt;
  const bool since_start = lines.newest && container.started && *lines.newest >= *container.started;
  auto finding = finding_of(unread, "app-logs-not-on-stdout", Stage::source);
  const auto what = !lines.newest ? std::string("Docker has no line of it")
                    : since_start ? fmt::format("Docker's newest line of it is {} old", age(unread, *lines.newest))
                                  : std::string("Docker has no line of it since it was started");
  finding.summary = fmt::format("{} works and writes nothing to its standard output: {} ({})", expectation.source, what,
                                silence_of(view, expectation));
  add_evidence(unread, finding);
  finding.remedy = {
      fmt::format("let {} log to its standard output: PYTHONUNBUFFERED=1 for Python, a link to /dev/stdout "
                  "for a log file; or read the file with loki.source.file",
                  container.name)};
  finding.severity = Severity::warning;
  if (since_start || !works(unread)) finding.alternatives = {"app-idle"};
  return finding;
}

bool is_told_elsewhere(const View& view, const Diagnosis& diagnosis, const Expectation& expectation) {
  const auto* alloy = view.alloy_of(expectation.receiver);
  return diagnosis.explained_expectations.contains(target_of(expectation)) ||
         diagnosis.explained_receivers.contains(expectation.receiver) || !alloy || view.silence(*alloy) ||
         view.silence(Component::loki) || view.is_recovering(expectation) ||
         view.is_in_doubt("alloy_ready", alloy->name);
}

}  // namespace

void find_unread_containers(const View& view, Diagnosis& diagnosis) {
  const Containers containers(view);
  std::set<std::string> unread_of;  // receivers
  for (const auto& expectation : view.plan().expectations) {
    const auto lines = scraped_lines(view, expectation);
    const auto* container = containers.of_source(expectation);
    if (!lines || !lines->refusal.empty() || !container || !is_running(*container)) continue;
    if (is_told_elsewhere(view, diagnosis, expectation)) continue;
    const Unread unread{view, containers, expectation, *container, *lines};
    auto finding = not_read(unread);
    if (finding) unread_of.insert(expectation.receiver);
    if (!finding) finding = not_written(unread);
    if (finding || is_to_be_waited_for(unread)) diagnosis.explained_expectations.insert(target_of(expectation));
    if (finding) diagnosis.findings.push_back(std::move(*finding));
  }
  explain_scrapers(view, diagnosis, unread_of);
}

}  // namespace lgtmwatch
