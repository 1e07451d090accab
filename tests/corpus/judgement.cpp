#include "tests/corpus/judgement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lgtmwatch::corpus {
namespace {

bool contains(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::vector<std::string> names_of(const std::vector<Signal>& signals) {
  std::vector<std::string> names;
  for (const auto signal : signals) names.emplace_back(to_string(signal));
  return names;
}

// Alternatives are written "cause", or "cause: what speaks for it".
bool names_as_alternative(const Finding& finding, const std::string& cause) {
  return std::any_of(finding.alternatives.begin(), finding.alternatives.end(),
                     [&](const std::string& each) { return each == cause || each.starts_with(cause + ":"); });
}

// A part of the signals is enough here: they fall silent, and come back, one after the other.
bool has_the_place(const Finding& finding, const Expected& expected) {
  const auto names = names_of(finding.signals);
  const auto is_expected = [&](const std::string& name) { return contains(*expected.signals, name); };
  return (!expected.stage || *expected.stage == to_string(finding.stage)) &&
         (!expected.signals || std::all_of(names.begin(), names.end(), is_expected)) &&
         (!expected.path || *expected.path == finding.path);
}

bool is_whole(const Finding& finding, const Expected& expected) {
  return !expected.signals || expected.signals->size() == finding.signals.size();
}

bool is_right(const Scenario& scenario, const Finding& finding, const Expected& expected) {
  if (finding.cause == expected.beneath.value_or(expected.cause)) return has_the_place(finding, expected);
  return contains(scenario.ambiguous, finding.cause) && names_as_alternative(finding, expected.cause);
}

// Of a consequence: since when the finding lists it.
std::optional<Duration> since(const Sighting& seen, const Expected& expected) {
  if (!expected.beneath || seen.finding.cause != expected.beneath) return seen.first;
  const auto line = seen.beneath.find(expected.cause);
  return line == seen.beneath.end() ? std::nullopt : std::optional(line->second);
}

bool is_allowed(const Scenario& scenario, const Finding& finding) {
  return contains(scenario.also, finding.cause) ||
         std::any_of(scenario.find.begin(), scenario.find.end(),
                     [&](const Expected& expected) { return is_right(scenario, finding, expected); });
}

void look_for(const Scenario& scenario, const Expected& expected, const std::vector<Sighting>& sightings,
              Judgement& judgement) {
  const auto begin = scenario.begin;
  Found found{expected.cause, std::nullopt};
  for (const auto& seen : sightings) {
    if (seen.first < begin) continue;
    if (is_right(scenario, seen.finding, expected)) {
      const auto at = since(seen, expected);
      if (!at || !is_whole(seen.finding, expected)) continue;
      found.after = found.after ? std::min(*found.after, *at - begin) : *at - begin;
    } else if (!is_allowed(scenario, seen.finding) && !found.taken_for) {
      found.taken_for = seen.finding.cause;
    }
  }
  if (found.after) found.taken_for.reset();
  if (!found.after)
    judgement.complaints.push_back(fmt::format("{} was not found", expected.cause));
  else if (*found.after > expected.within)
    judgement.complaints.push_back(fmt::format("{} was found after {}, expected within {}", expected.cause,
                                               format_age(*found.after), format_age(expected.within)));
  judgement.found.push_back(std::move(found));
}

}  // namespace

std::string described(const Sighting& seen) {
  return fmt::format("{} at {} of {}{} from {} to {}: {}", seen.finding.cause, to_string(seen.finding.stage),
                     fmt::join(names_of(seen.finding.signals), ", "),
                     seen.finding.path.empty() ? "" : " on " + seen.finding.path, format_age(seen.first),
                     format_age(seen.last), seen.finding.summary);
}

Judgement judge(const Scenario& scenario, const std::vector<Sighting>& sightings) {
  Judgement judgement;
  for (const auto& expected : scenario.find) look_for(scenario, expected, sightings, judgement);
  const bool is_mended = !scenario.steps.empty() && scenario.steps.back().clears;
  for (const auto& seen : sightings) {
    if (!is_allowed(scenario, seen.finding)) {
      judgement.false_alarms.push_back(seen.finding.cause);
      judgement.complaints.push_back("nobody expected " + described(seen));
    } else if (seen.first < scenario.begin) {
      judgement.complaints.push_back("before anything happened there was " + described(seen));
    }
    if (is_mended && seen.last > scenario.steps.back().at + scenario.clears_within)
      judgement.complaints.push_back(
          fmt::format("{} after the repair there was still {}", format_age(scenario.clears_within), described(seen)));
  }
  return judgement;
}

}  // namespace lgtmwatch::corpus
