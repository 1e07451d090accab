#include "probes/docker/docker_inspect.hpp"

#include <algorithm>
#include <array>

#include "daemon/base/json.hpp"
#include "daemon/base/text.hpp"
#include "probes/lenient_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::size_t short_id = 12;
constexpr std::size_t longest_output = 400;
constexpr std::size_t kept_health_runs = 3;

// Values that tell where and how a SDK exports; headers and certificates may be secrets.
bool is_shown(std::string_view name) {
  constexpr std::array ends{"_ENDPOINT", "_PROTOCOL", "_EXPORTER", "_SAMPLER",      "_SAMPLER_ARG",
                            "_DISABLED", "_INSECURE", "_TIMEOUT",  "_SERVICE_NAME", "_COMPRESSION"};
  return std::any_of(ends.begin(), ends.end(), [&](const char* end) { return name.ends_with(end); });
}

// A password may stand in front of the host.
std::string without_user(std::string value) {
  const auto at_sign = value.rfind('@');
  const auto scheme = value.find("://");
  if (at_sign == std::string::npos) return value;
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  return begin < at_sign ? value.replace(begin, at_sign - begin, "***") : value;
}

std::map<std::string, std::string> environment_of(const json::value* config) {
  std::map<std::string, std::string> environment;
  for_each(at(config, "Env"), [&](const json::value& entry) {
    if (!entry.is_string()) return;
    const auto text = shown_text(std::string_view(entry.as_string()), longest_text);
    const auto equals = text.find('=');
    if (!text.starts_with("OTEL_") || equals == std::string::npos) return;
    const auto name = text.substr(0, equals);
    environment[name] = is_shown(name) ? without_user(text.substr(equals + 1)) : "***";
  });
  return environment;
}

std::vector<ContainerNetwork> networks_of(const json::value* settings, const std::string& id) {
  std::vector<ContainerNetwork> networks;
  const auto* all = at(settings, "Networks");
  const auto* object = all ? all->if_object() : nullptr;
  if (!object) return networks;
  for (const auto& entry : *object) {
    ContainerNetwork network;
    network.name = std::string(entry.key());
    network.address = text_at(&entry.value(), "IPAddress");
    for (const auto* key : {"Aliases", "DNSNames"})
      for_each(at(&entry.value(), key), [&](const json::value& alias) {
        if (!alias.is_string()) return;
        const auto name = shown_text(std::string_view(alias.as_string()), longest_text);
        const bool is_known = std::find(network.aliases.begin(), network.aliases.end(), name) != network.aliases.end();
        if (!is_known && !id.starts_with(name)) network.aliases.push_back(name);
      });
    networks.push_back(std::move(network));
  }
  return networks;
}

std::vector<PublishedPort> ports_of(const json::value* ports) {
  std::vector<PublishedPort> published;
  const auto* object = ports ? ports->if_object() : nullptr;
  if (!object) return published;
  for (const auto& entry : *object)
    for_each(&entry.value(), [&](const json::value& binding) {
      PublishedPort port;
      port.port = std::atoi(std::string(entry.key()).c_str());
      port.host = text_at(&binding, "HostIp");
      port.host_port = std::atoi(text_at(&binding, "HostPort").c_str());
      published.push_back(std::move(port));
    });
  return published;
}

std::vector<ContainerMount> mounts_of(const json::value* all) {
  std::vector<ContainerMount> mounts;
  for_each(all, [&](const json::value& each) {
    auto source = text_at(&each, "Name");
    if (source.empty()) source = text_at(&each, "Source");
    mounts.push_back({std::move(source), text_at(&each, "Destination")});
  });
  return mounts;
}

void read_health(const json::value* state, Container& container) {
  const auto* health = at(state, "Health");
  container.health = text_at(health, "Status");
  if (container.health == "none") container.health.clear();
  for_each(at(health, "Log"), [&](const json::value& run) {
    container.health_runs.push_back({number_at(&run, "ExitCode"), text_at(&run, "Output", longest_output)});
  });
  auto& runs = container.health_runs;
  if (runs.size() > kept_health_runs)
    runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(kept_health_runs));
}

// Nanoseconds; what is not set is Docker's default.
Duration patience_of(const json::value* check) {
  constexpr Duration usual_interval = std::chrono::seconds(30);
  constexpr int usual_retries = 3;
  if (!check || !check->is_object()) return Duration::zero();
  const auto* interval = at(check, "Interval");
  const bool is_set = interval && interval->is_int64() && interval->as_int64() > 0;
  const int retries = number_at(check, "Retries");
  return (is_set ? Duration(interval->as_int64()) : usual_interval) * (retries > 0 ? retries : usual_retries);
}

}  // namespace

Result<std::vector<std::string>> parse_container_ids(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const JsonPath root(*document);
  const auto size = root.array_size();
  if (!size) return size.error();
  std::vector<std::pair<bool, std::string>> listed;
  for (std::size_t i = 0; i < *size; ++i) {
    const auto element = *root.element(i);
    const auto member = element.member("Id");
    const auto id = member ? member->string() : Result<std::string>(member.error());
    if (!id) return id.error();
    listed.emplace_back(text_at(&element.value(), "State") != "running", *id);
  }
  std::stable_sort(listed.begin(), listed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> ids;
  for (auto& [stopped, id] : listed) ids.push_back(std::move(id));
  return ids;
}

Result<Container> parse_container(std::string_view body) {
  const auto document = parse_json(body);
  if (!document) return document.error();
  const JsonPath root(*document);
  const auto member = root.member("State");
  if (!member) return member.error();
  const auto* state = &member->value();
  const auto* config = root.find("Config");
  const auto* host = root.find("HostConfig");
  Container container;
  const auto id = text_at(&root.value(), "Id");
  container.id = id.substr(0, short_id);
  container.name = text_at(&root.value(), "Name");
  if (container.name.starts_with('/')) container.name.erase(0, 1);
  container.image = text_at(config, "Image");
  container.status = text_at(state, "Status");
  container.exit_code = number_at(state, "ExitCode");
  container.oom_killed = flag_at(state, "OOMKilled");
  container.restarts = number_at(&root.value(), "RestartCount");
  container.started = time_at(state, "StartedAt");
  container.finished = time_at(state, "FinishedAt");
  container.network_mode = text_at(host, "NetworkMode");
  container.networks = networks_of(root.find("NetworkSettings"), id);
  container.environment = environment_of(config);
  container.log_driver = text_at(at(host, "LogConfig"), "Type");
  container.ports = ports_of(at(root.find("NetworkSettings"), "Ports"));
  if (container.ports.empty()) container.ports = ports_of(at(root.find("HostConfig"), "PortBindings"));  // it has ended
  container.user = text_at(config, "User");
  container.mounts = mounts_of(root.find("Mounts"));
  container.has_terminal = flag_at(config, "Tty");
  read_health(state, container);
  if (!container.health.empty()) container.health_patience = patience_of(at(config, "Healthcheck"));
  return container;
}

bool has_last_words(const Container& container, WallTime now) {
  constexpr Duration lately = std::chrono::minutes(15);
  if (container.status != "running") return container.status != "created" && container.status != "paused";
  return container.restarts > 0 && container.started && now - *container.started < lately;
}

// Nothing but such lines is kept: what a container writes besides may be anything.
std::vector<std::string> last_words_in(std::string_view log) {
  constexpr std::array signs{"no space left on device", "permission denied", "corruption in segment", "CONFIG ERROR",
                             "failed parsing config"};
  constexpr std::size_t kept = 3;
  std::vector<std::string> lines;
  while (!log.empty()) {
    const auto line = log.substr(0, log.find('\n'));
    log.remove_prefix(std::min(line.size() + 1, log.size()));
    const bool tells = std::any_of(signs.begin(), signs.end(),
                                   [&](std::string_view sign) { return line.find(sign) != std::string_view::npos; });
    if (tells) lines.push_back(shown_text(line, longest_output));
  }
  if (lines.size() > kept) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kept));
  return lines;
}

}  // namespace lgtmwatch
