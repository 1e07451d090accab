#include "sandbox/docker.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <limits>
#include <optional>

#include "sandbox/answers.hpp"
#include "sandbox/data.hpp"
#include "sandbox/docker_containers.hpp"
#include "sandbox/docker_list.hpp"

namespace lgtmwatch::sandbox {
namespace {

namespace boost_json = boost::json;

constexpr int newest_minor_version = 41;
constexpr int oldest_minor_version = 12;
constexpr auto age_of_containers = std::chrono::hours(1);
constexpr std::string_view of_one_container = "/containers/";
constexpr char standard_output = 1;

// As HAProxy says it, of which the usual socket proxy is made.
ServerResponse forbidden() {
  ServerResponse response(403, "text/html",
                          "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n"
                          "</body></html>\n");
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

ServerResponse of_engine(ServerResponse response) {
  response.headers.emplace_back("Api-Version", fmt::format("1.{}", newest_minor_version));
  response.headers.emplace_back("Docker-Experimental", "false");
  response.headers.emplace_back("Ostype", "linux");
  response.headers.emplace_back("Server", "Docker/20.10.24+dfsg1 (linux)");
  return response;
}

ServerResponse message(int status, const std::string& text) {
  return {status, json_plain, boost_json::serialize(boost_json::object{{"message", text}}) + "\n"};
}

ServerResponse document(const boost_json::value& body) { return {200, json_plain, boost_json::serialize(body) + "\n"}; }

// The minor version that the path begins with, taken off it: 41 of /v1.41/version. Nothing where it has none.
std::optional<int> take_version(std::string_view& path) {
  constexpr std::string_view start = "/v1.";
  auto rest = path;
  int minor = 0;
  if (!take(rest, start)) return std::nullopt;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), minor);
  rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
  if (read.ec != std::errc() || !starts_with(rest, "/")) return std::nullopt;
  path = rest;
  return minor;
}

std::optional<ServerResponse> refusal_of(int minor_version) {
  if (minor_version > newest_minor_version)
    return message(400, fmt::format("client version 1.{} is too new. Maximum supported API version is 1.{}",
                                    minor_version, newest_minor_version));
  if (minor_version < oldest_minor_version)
    return text(400, fmt::format("client version 1.{} is too old. Minimum supported API version is 1.{}, please "
                                 "upgrade your client to a newer version\n",
                                 minor_version, oldest_minor_version));
  return std::nullopt;
}

bool is_set(const std::string& parameter) { return !parameter.empty() && parameter != "0" && parameter != "false"; }

// Unix seconds, with a fraction or without; nothing where it is neither.
std::optional<std::int64_t> nanoseconds_of(std::string_view text) {
  constexpr std::int64_t second = 1'000'000'000;
  std::int64_t seconds = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, seconds);
  if (read.ec != std::errc()) return std::nullopt;
  if (read.ptr == end) return seconds * second;
  auto fraction = std::string(read.ptr + 1, end);
  fraction.resize(9, '0');
  std::int64_t ns = 0;
  const auto read_fraction = std::from_chars(fraction.data(), fraction.data() + fraction.size(), ns);
  const bool good = *read.ptr == '.' && read_fraction.ptr == fraction.data() + fraction.size();
  return good ? std::optional(seconds * second + ns) : std::nullopt;
}

// Of the engine's stream without a terminal: the number of the stream, three zeros, the length, the payload.
std::string frame(const std::string& payload) {
  std::string text(1, standard_output);
  text.append(3, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(payload.size() >> shift & 0xff);
  return text + payload;
}

// What the fault lets the container write; null where nothing.
const std::vector<std::string>* lines_in(const DataFault& fault, const std::string& container) {
  const auto found = fault.writes.find(container);
  return found == fault.writes.end() ? nullptr : &found->second;
}

wire::Selector lines_of(const std::string& container) {
  wire::Matcher matcher;
  matcher.name = "container";
  matcher.value = container;
  return wire::Selector(1, matcher);
}

// By its name, its id, or the beginning of its id.
const boost_json::object* find(const boost_json::object& containers, std::string_view wanted) {
  if (const auto* named = containers.if_contains(boost_json::string_view(wanted.data(), wanted.size())))
    return &named->get_object();
  for (const auto& [name, container] : containers)
    if (starts_with(container.at("Id").as_string().c_str(), wanted)) return &container.get_object();
  return nullptr;
}

}  // namespace

Docker::Docker(const LogStore& lines, const Faults& faults, const Clock& clock)
    : lines_(lines), faults_(faults), clock_(clock), started_(clock.wall() - age_of_containers) {}

ServerResponse Docker::answer(const ServerRequest& request) const {
  auto path = request.path();
  const auto version = take_version(path);
  const bool known = path == "/version" || path == "/_ping" || path == "/containers/json" ||
                     (starts_with(path, of_one_container) && (path.ends_with("/json") || path.ends_with("/logs")));
  if (request.method != "GET" || !known) return forbidden();
  auto refused = version ? refusal_of(*version) : std::nullopt;
  return of_engine(refused ? *refused : answer_from_engine(path, request));
}

ServerResponse Docker::answer_from_engine(std::string_view path, const ServerRequest& request) const {
  if (path == "/version") return recorded("docker_version.json", json_plain);
  if (path == "/_ping") return text(200, "OK");
  if (path == "/containers/json") return list(request);
  path.remove_prefix(of_one_container.size());
  const auto slash = path.find('/');
  const auto all = docker_containers(faults_, times());
  const auto* container = find(all, path.substr(0, slash));
  if (!container) return message(404, fmt::format("No such container: {}", path.substr(0, slash)));
  return path.substr(slash) == "/json" ? document(*container) : logs(*container, request);
}

ServerResponse Docker::list(const ServerRequest& request) const {
  if (!request.query("filters").empty()) return message(400, "the sandbox does not filter its list of containers");
  boost_json::array rows;
  const bool all = is_set(request.query("all"));
  const auto when = times();
  for (const auto& [name, container] : docker_containers(faults_, when))
    if (all || container.at("State").at("Running").as_bool())
      rows.emplace_back(docker_list_row(container.get_object(), when));
  return document(rows);
}

ServerResponse Docker::logs(const boost_json::object& container, const ServerRequest& request) const {
  const bool wanted = is_set(request.query("stdout"));
  if (!wanted && !is_set(request.query("stderr")))
    return message(400, "Bad parameters: you must choose at least one stream");
  if (is_set(request.query("follow"))) return message(400, "the sandbox does not follow logs");
  if (container.at("HostConfig").at("LogConfig").at("Type").as_string() == "none")
    return message(501, "configured logging driver does not support reading");
  const auto since = request.query("since");
  const auto from = since.empty() ? std::optional<std::int64_t>(0) : nanoseconds_of(since);
  if (!from) return message(500, fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax", since));
  auto tail = std::numeric_limits<std::size_t>::max();
  const auto digits = request.query("tail");
  std::from_chars(digits.data(), digits.data() + digits.size(), tail);
  const Window window{*from, std::numeric_limits<std::int64_t>::max()};
  auto hits = lines_.select(lines_of(docker_name(container)), window, wanted ? tail : 0, true);
  std::vector<std::pair<WallTime, std::string>> written;
  for (auto hit = hits.rbegin(); hit != hits.rend(); ++hit)
    written.emplace_back(WallTime(Duration(hit->entry->ns)), hit->entry->line);
  for (const auto& [text, fault] : faults_.active())
    if (const auto* lines = fault.data ? lines_in(*fault.data, docker_name(container)) : nullptr)
      for (const auto& line : *lines) written.emplace_back(fault.since, line);
  std::string stream;
  for (std::size_t i = written.size() - std::min(tail, written.size()); i < written.size(); ++i) {
    const auto time = is_set(request.query("timestamps")) ? rfc3339_with_ns(written[i].first) + " " : "";
    stream += frame(time + written[i].second + "\n");
  }
  return {200, "", std::move(stream)};
}

DockerTimes Docker::times() const {
  return {clock_.wall(), started_, [this](const std::string& name) { return newest_line(name); }};
}

WallTime Docker::newest_line(const std::string& container) const {
  const Window always{0, std::numeric_limits<std::int64_t>::max()};
  const auto hits = lines_.select(lines_of(container), always, 1, true);
  return hits.empty() ? started_ : WallTime(Duration(hits.front().entry->ns));
}

}  // namespace lgtmwatch::sandbox
