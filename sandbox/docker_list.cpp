#include "sandbox/docker_list.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <chrono>
#include <cstdlib>

namespace lgtmwatch::sandbox {
namespace {

namespace boost_json = boost::json;

std::string text_of(const boost_json::value& value) { return value.as_string().c_str(); }

// As Docker says it: "5 seconds", "About a minute", "20 minutes", "About an hour", "3 days".
std::string human(Duration duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  const auto minutes = seconds / 60;
  const auto hours = (minutes + 30) / 60;
  if (seconds < 1) return "Less than a second";
  if (seconds == 1) return "1 second";
  if (minutes < 1) return fmt::format("{} seconds", seconds);
  if (minutes == 1) return "About a minute";
  if (minutes < 60) return fmt::format("{} minutes", minutes);
  if (hours == 1) return "About an hour";
  return hours < 48 ? fmt::format("{} hours", hours) : fmt::format("{} days", hours / 24);
}

std::string status(const boost_json::object& container, const DockerTimes& times) {
  const auto& state = container.at("State").as_object();
  if (!state.at("Running").as_bool())
    return fmt::format("Exited ({}) {} ago", state.at("ExitCode").to_number<int>(),
                       human(times.now - times.newest_line(docker_name(container))));
  const auto up = "Up " + human(times.now - times.started);
  const auto* health = state.if_contains("Health");
  return health ? fmt::format("{} ({})", up, text_of(health->at("Status"))) : up;
}

boost_json::array ports(const boost_json::object& published) {
  boost_json::array all;
  for (const auto& [port, bindings] : published) {
    boost_json::object one;
    const auto& binding = bindings.at(0);
    one["IP"] = binding.at("HostIp");
    one["PrivatePort"] = std::atoi(std::string(port.data(), port.size()).c_str());
    one["PublicPort"] = std::atoi(text_of(binding.at("HostPort")).c_str());
    one["Type"] = "tcp";
    all.emplace_back(std::move(one));
  }
  return all;
}

std::string command(const boost_json::object& container) {
  auto words = text_of(container.at("Path"));
  for (const auto& argument : container.at("Args").as_array()) words += " " + text_of(argument);
  return words;
}

// The list leaves the aliases out.
boost_json::object networks(boost_json::object all) {
  for (auto& [name, network] : all) network.as_object()["Aliases"] = nullptr;
  return all;
}

}  // namespace

boost_json::object docker_list_row(const boost_json::object& container, const DockerTimes& times) {
  const auto& config = container.at("Config");
  const auto& settings = container.at("NetworkSettings");
  boost_json::object row;
  row["Id"] = container.at("Id");
  row["Names"] = boost_json::array(1, container.at("Name"));
  row["Image"] = config.at("Image");
  row["ImageID"] = container.at("Image");
  row["Command"] = command(container);
  row["Created"] = std::chrono::floor<std::chrono::seconds>(times.started).time_since_epoch().count();
  row["Ports"] = ports(settings.at("Ports").as_object());
  row["Labels"] = config.at("Labels");
  row["State"] = container.at("State").at("Status");
  row["Status"] = status(container, times);
  row["HostConfig"] = boost_json::object{{"NetworkMode", container.at("HostConfig").at("NetworkMode")}};
  row["NetworkSettings"] = boost_json::object{{"Networks", networks(settings.at("Networks").as_object())}};
  row["Mounts"] = boost_json::array();
  return row;
}

}  // namespace lgtmwatch::sandbox
