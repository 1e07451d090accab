#include "tests/corpus/scenario.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace lgtmwatch::corpus {
namespace {

using namespace std::chrono_literals;

constexpr Duration first_fault = 2min;
constexpr Duration watched_longer = 1min;  // after the last finding is due

// What is wrong in a file; caught where the file is read.
struct Wrong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void allow_keys(const YAML::Node& node, const std::string& where, const std::set<std::string>& allowed) {
  if (!node.IsMap()) throw Wrong(where + " is not a map");
  for (const auto& pair : node)
    if (const auto key = pair.first.as<std::string>(); !allowed.contains(key))
      throw Wrong(fmt::format("{} has the key {}, which is not known", where, key));
}

Duration duration_of(const YAML::Node& node, Duration otherwise) {
  if (!node) return otherwise;
  const auto parsed = parse_duration(node.as<std::string>());
  if (!parsed) throw Wrong(parsed.error().what);
  return *parsed;
}

std::vector<std::string> texts_of(const YAML::Node& node) {
  return node ? node.as<std::vector<std::string>>() : std::vector<std::string>();
}

Expected expected_of(const YAML::Node& node, Duration two_runs) {
  allow_keys(node, "an entry of find", {"cause", "beneath", "stage", "signals", "path", "within"});
  Expected expected;
  expected.cause = node["cause"].as<std::string>();
  if (node["beneath"]) expected.beneath = node["beneath"].as<std::string>();
  if (node["stage"]) expected.stage = node["stage"].as<std::string>();
  if (node["signals"]) expected.signals = texts_of(node["signals"]);
  if (node["path"]) expected.path = node["path"].as<std::string>();
  expected.within = duration_of(node["within"], two_runs);
  return expected;
}

Step step_of(const YAML::Node& node) {
  allow_keys(node, "an entry of steps", {"at", "fault", "clear"});
  Step step;
  step.at = duration_of(node["at"], Duration::zero());
  step.clears = node["clear"].IsDefined();
  step.fault = node[step.clears ? "clear" : "fault"].as<std::string>();
  return step;
}

Duration latest(const std::vector<Expected>& find) {
  Duration last{};
  for (const auto& each : find) last = std::max(last, each.within);
  return last;
}

void plan_steps(const YAML::Node& root, Scenario& scenario) {
  if (root["steps"].IsDefined() && root["faults"].IsDefined()) throw Wrong("there are faults as well as steps");
  for (const auto& node : root["steps"]) scenario.steps.push_back(step_of(node));
  const auto faults = texts_of(root["faults"]);
  const auto cleared_at = first_fault + latest(scenario.find) + duration_of(root["hold"], watched_longer);
  for (const auto& fault : faults) scenario.steps.push_back({first_fault, fault, false});
  for (const auto& fault : faults) scenario.steps.push_back({cleared_at, fault, true});
  if (scenario.steps.empty() && !scenario.looks_like && scenario.settings.empty()) throw Wrong("nothing happens in it");
  const auto in_order = [](const Step& a, const Step& b) { return a.at < b.at; };
  if (!std::is_sorted(scenario.steps.begin(), scenario.steps.end(), in_order))
    throw Wrong("the steps are not in the order of their times");
  if (!scenario.steps.empty()) scenario.begin = scenario.steps.front().at;
}

Duration length_of(const YAML::Node& root, const Scenario& scenario) {
  const auto last = scenario.steps.empty() ? latest(scenario.find) : scenario.steps.back().at + scenario.clears_within;
  return duration_of(root["length"], last + watched_longer);
}

Scenario scenario_of(const std::string& name, const YAML::Node& root) {
  allow_keys(root, "the file",
             {"story", "faults", "steps", "find", "looks_like", "also", "ambiguous", "canaries", "deadline", "interval",
              "hold", "length", "clears_within", "settings", "application", "step"});
  Scenario scenario;
  scenario.name = name;
  scenario.story = root["story"].as<std::string>();
  scenario.interval = duration_of(root["interval"], 15s);
  scenario.deadline = duration_of(root["deadline"], 2s);
  scenario.application = duration_of(root["application"], 2s);
  scenario.step = duration_of(root["step"], 1s);
  scenario.looks_like = root["looks_like"] && root["looks_like"].as<bool>();
  for (const auto& node : root["find"]) scenario.find.push_back(expected_of(node, 2 * scenario.interval + 1s));
  if (scenario.find.empty() != scenario.looks_like)
    throw Wrong("a scenario has something to find, or says looks_like: true");
  scenario.also = texts_of(root["also"]);
  scenario.ambiguous = texts_of(root["ambiguous"]);
  scenario.canaries = root["canaries"] && root["canaries"].as<bool>();
  scenario.clears_within = duration_of(root["clears_within"], 2min);
  if (root["settings"]) scenario.settings = YAML::Dump(root["settings"]);
  plan_steps(root, scenario);
  scenario.length = length_of(root, scenario);
  return scenario;
}

Error unreadable(const std::string& name, const std::string& what) {
  return {Phase::content, Reason::parse, fmt::format("the scenario {}: {}", name, what),
          "tests/corpus/README.md lists the keys"};
}

}  // namespace

Result<Scenario> read_scenario(const std::string& name, const std::string& text) {
  try {
    return scenario_of(name, YAML::Load(text));
  } catch (const Wrong& wrong) {
    return unreadable(name, wrong.what());
  } catch (const YAML::Exception& wrong) {
    return unreadable(name, wrong.what());
  }
}

}  // namespace lgtmwatch::corpus
