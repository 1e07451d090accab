#include "sandbox/docker_containers.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <chrono>

#include "sandbox/answers.hpp"
#include "sandbox/data.hpp"

namespace lgtmwatch::sandbox {
namespace {

namespace boost_json = boost::json;

constexpr int kept_checks = 5;  // of a container's health
constexpr auto length_of_check = std::chrono::milliseconds(80);
constexpr auto from_created_to_started = std::chrono::milliseconds(660);

// RFC 7396.
void merge(boost_json::object& target, const boost_json::object& patch) {
  for (const auto& [key, change] : patch) {
    const auto* inner = change.if_object();
    if (change.is_null()) {
      target.erase(key);
    } else if (!inner) {
      target[key] = change;
    } else {
      auto& changed = target[key];
      if (!changed.is_object()) changed = boost_json::object();
      merge(changed.get_object(), *inner);
    }
  }
}

boost_json::object parsed(std::string_view name) {
  return boost_json::parse(boost_json::string_view(data(name).data(), data(name).size())).as_object();
}

// Where a file of faults says of a container that it was started with the fault.
void date_starts(boost_json::object& patch, WallTime since) {
  for (auto& [name, container] : patch) {
    auto* state = container.is_object() ? container.get_object().if_contains("State") : nullptr;
    auto* started = state && state->is_object() ? state->get_object().if_contains("StartedAt") : nullptr;
    if (started) *started = rfc3339_with_ns(since);
  }
}

boost_json::object differences(const Faults& faults) {
  auto containers = parsed("docker_containers.json");
  for (const auto& [text, fault] : faults.active()) {
    if (!fault.data) continue;
    auto patch = fault.data->containers;
    date_starts(patch, fault.since);
    merge(containers, patch);
  }
  return containers;
}

bool says_when_it_started(const boost_json::object& difference) {
  const auto* state = difference.if_contains("State");
  return state && state->get_object().contains("StartedAt");
}

// The recorded container has one network, which stands for each.
void connect(boost_json::object& settings) {
  auto& networks = settings.at("Networks").as_object();
  const auto recorded = networks.at("@network@").as_object();
  networks.erase("@network@");
  for (auto& [name, network] : networks) {
    auto whole = recorded;
    merge(whole, network.as_object());
    network = std::move(whole);
  }
}

void list_environment(boost_json::object& config) {
  boost_json::array variables;
  for (const auto& [name, value] : config.at("Env").as_object())
    variables.emplace_back(fmt::format("{}={}", std::string_view(name.data(), name.size()), value.as_string().c_str()));
  config.at("Env") = std::move(variables);
}

// The engine keeps the last checks; the data has one.
boost_json::array checks(const boost_json::object& one, Duration interval, WallTime started, WallTime now) {
  const auto newest = started + (now - started) / interval * interval;
  boost_json::array all;
  for (int ago = kept_checks - 1; ago >= 0; --ago) {
    auto check = one;
    check["Start"] = rfc3339_with_ns(newest - ago * interval);
    check["End"] = rfc3339_with_ns(newest - ago * interval + length_of_check);
    all.emplace_back(std::move(check));
  }
  return all;
}

void set_times(boost_json::object& container, const std::string& name, const DockerTimes& times, bool has_start) {
  auto& state = container.at("State").as_object();
  const auto ended = state.at("Running").as_bool() ? times.now : times.newest_line(name);
  container.at("Created") = rfc3339_with_ns(times.started - from_created_to_started);
  if (!has_start) state.at("StartedAt") = rfc3339_with_ns(times.started);
  if (!state.at("Running").as_bool()) state.at("FinishedAt") = rfc3339_with_ns(ended);
  if (!state.contains("Health")) return;
  const Duration interval(container.at("Config").at("Healthcheck").at("Interval").to_number<std::int64_t>());
  auto& log = state.at("Health").as_object().at("Log");
  const auto one = log.at(0).as_object();
  log = checks(one, interval, times.started, ended);
}

}  // namespace

boost_json::object docker_containers(const Faults& faults, const DockerTimes& times) {
  boost_json::object all;
  for (const auto& [name, difference] : differences(faults)) {
    const std::string id(difference.at("Id").as_string().c_str());
    auto text = replace_all(std::string(data("docker_container.json")), "@id@", id);
    auto container = boost_json::parse(text).as_object();
    merge(container, difference.as_object());
    connect(container.at("NetworkSettings").as_object());
    list_environment(container.at("Config").as_object());
    set_times(container, std::string(name.data(), name.size()), times, says_when_it_started(difference.as_object()));
    all[name] = std::move(container);
  }
  return all;
}

std::string docker_name(const boost_json::object& container) {
  return std::string(container.at("Name").as_string().c_str()).substr(1);
}

std::string rfc3339_with_ns(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z", fmt::gmtime(seconds.time_since_epoch().count()),
                     (time - seconds).count());
}

}  // namespace lgtmwatch::sandbox
