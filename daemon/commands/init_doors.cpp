#include "daemon/commands/init_doors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "daemon/init/read_alloy.hpp"
#include "daemon/init/read_datasources.hpp"
#include "daemon/model/api_prefix.hpp"
#include "daemon/model/find_container.hpp"
#include "probes/answers.hpp"
#include "probes/grafana/datasource_questions.hpp"
#include "probes/otlp/otlp_grpc_receiver.hpp"
#include "probes/otlp/otlp_http_receiver.hpp"

namespace lgtmwatch {
namespace {

namespace asio = boost::asio;

constexpr auto patience = std::chrono::seconds(5);  // with each request
constexpr int unauthorized = 401;
constexpr std::size_t list_limit = 8 << 20;

HttpRequest question_to(const FoundReceiver& receiver) {
  const auto signal = receiver.signals.empty() ? Signal::traces : receiver.signals.front();
  if (receiver.kind == ReceiverKind::otlp_http)
    return {"POST", fmt::format("/v1/{}", to_string(signal)), "application/json", empty_export(signal)};
  return HttpRequest("/");
}

Result<Endpoint> endpoint_of_receiver(const InitWay& way, const FoundReceiver& receiver) {
  if (receiver.kind != ReceiverKind::otlp_grpc || receiver.address.starts_with("https://"))
    return endpoint_of(way, receiver.address, {});
  return endpoint_of(way, "http://" + receiver.address, {});
}

// Nothing where it answered, whatever it said.
asio::awaitable<std::optional<Error>> silence_of(const InitWay& way, const FoundReceiver& receiver) {
  const auto endpoint = endpoint_of_receiver(way, receiver);
  if (!endpoint) co_return endpoint.error();
  auto asker = asker_of(way, *endpoint);
  if (receiver.kind == ReceiverKind::otlp_grpc) {
    GrpcRequest call(export_method(Signal::traces), "");
    auto answer = co_await asker.call(std::move(call));
    if (!answer) co_return answer.error();
    co_return std::nullopt;
  }
  auto request = question_to(receiver);
  auto answer = co_await asker.ask(std::move(request));
  if (!answer) co_return answer.error();
  co_return std::nullopt;
}

std::optional<PublishedPort> published_by(const Container* container, int port) {
  if (!container) return std::nullopt;
  const auto found = std::find_if(container->ports.begin(), container->ports.end(),
                                  [&](const PublishedPort& each) { return each.port == port && each.host_port != 0; });
  return found == container->ports.end() ? std::nullopt : std::optional(*found);
}

// The same address at the port that Docker publishes on its host, which is taken to be this one.
std::string at_published_port(const std::string& url, const PublishedPort& port) {
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  const auto path = url.find('/', begin);
  return fmt::format("{}localhost:{}{}", url.substr(0, begin), port.host_port,
                     path == std::string::npos ? "" : url.substr(path));
}

bool has_a_port(const FoundReceiver& receiver) {
  return receiver.kind != ReceiverKind::component && receiver.kind != ReceiverKind::file;
}

std::vector<std::string> addresses_of(const FoundBackend& backend, const std::string& host_of_grafana,
                                      const std::vector<Container>& containers) {
  std::vector<std::string> urls{backend.url};
  if (const auto outside = seen_from_outside(backend.url, host_of_grafana)) urls.push_back(*outside);
  const auto url = Url::parse(backend.url);
  if (!url) return urls;
  const auto* container = container_of(containers, Endpoint(*url), to_string(backend.component));
  if (const auto port = published_by(container, url->port())) urls.push_back(at_published_port(backend.url, *port));
  return urls;
}

// What is wrong with the address; nothing where the backend answers, with data or because it wants a tenant first.
asio::awaitable<std::optional<Error>> trouble_at(const InitWay& way, const FoundBackend& backend, std::string url,
                                                 bool& wants_tenant) {
  const auto endpoint = endpoint_of(way, url, backend.tenant.empty() ? way.tenant : backend.tenant);
  if (!endpoint) co_return endpoint.error();
  auto asker = asker_of(way, *endpoint);
  const auto question = datasource_questions(backend.component, std::nullopt, asker.now()).front();
  const auto prefix = backend.component == Component::mimir ? api_prefix_of(backend.kind) : std::string_view();
  HttpRequest request(std::string(prefix) + question);
  auto answer = co_await asker.ask(std::move(request));
  if (!answer) co_return answer.error();
  auto said = status_error(*answer, endpoint->url.address());
  wants_tenant = answer->status == unauthorized && said.reason == Reason::tenant;
  if (answer->status == 200 || wants_tenant) co_return std::nullopt;
  co_return said;
}

void note_tenant(FoundBackend& backend) {
  backend.notes.push_back(
      fmt::format("{} asks for a tenant, and neither Grafana nor Alloy shows which: set `tenant: NAME` below, or give "
                  "init --tenant=NAME",
                  display_name(backend.component)));
}

}  // namespace

Result<Endpoint> endpoint_of(const InitWay& way, const std::string& url, const std::string& tenant) {
  const auto parsed = Url::parse(url);
  if (!parsed) return parsed.error();
  Endpoint endpoint(*parsed);
  endpoint.tls = way.tls;
  if (!tenant.empty()) endpoint.headers.push_back({"X-Scope-OrgID", Secret(tenant)});
  return endpoint;
}

Asker asker_of(const InitWay& way, const Endpoint& endpoint) {
  Asker asker(way.clients, endpoint, way.clock, way.deadline);
  asker.give_each_request(patience);
  return asker;
}

std::string silence_in_words(const Error& error, std::string_view server, std::string_view page) {
  if (error.reason == Reason::not_found)
    return fmt::format("it does not know {}, so it is not {}, or the path before that is missing: {}", page, server,
                       error.what);
  if (error.reason == Reason::tls) return error.what + "; give --tls.ca-file, or --tls.insecure-skip-verify";
  return error.what;
}

HttpRequest long_answer(std::string target) {
  HttpRequest request(std::move(target));
  request.body_limit = list_limit;
  return request;
}

asio::awaitable<void> reach_receivers(const InitWay& way, const std::vector<Container>& containers, FoundAlloy& alloy) {
  const auto url = Url::parse(alloy.url);
  const auto* container = url ? container_of(containers, Endpoint(*url), "alloy") : nullptr;
  for (auto& receiver : alloy.receivers) {
    if (!has_a_port(receiver) || !receiver.why_not.empty()) continue;
    const auto silence = co_await silence_of(way, receiver);
    if (!silence) continue;
    if (const auto port = published_by(container, port_of(receiver.listens))) {
      auto published = receiver;
      published.address = at_published_port(receiver.address, *port);
      const auto again = co_await silence_of(way, published);
      if (!again) receiver.address = published.address;
      if (!again) continue;
    }
    receiver.why_not = fmt::format("from here: {}", silence->what);
    if (container) receiver.why_not += fmt::format("; other containers reach {}", names_of(*container));
  }
}

asio::awaitable<bool> reach_backend(const InitWay& way, const std::vector<Container>& containers,
                                    std::string host_of_grafana, FoundBackend& backend) {
  std::optional<Error> first;
  for (const auto& url : addresses_of(backend, host_of_grafana, containers)) {
    bool wants_tenant = false;
    const auto trouble = co_await trouble_at(way, backend, url, wants_tenant);
    if (trouble && !first) first = trouble;
    if (trouble) continue;
    if (url != backend.url)
      backend.notes.push_back(
          fmt::format("Grafana or Alloy has it at {}, which is not reached from here", backend.url));
    backend.url = url;
    if (wants_tenant) note_tenant(backend);
    co_return true;
  }
  backend.answers = false;
  const auto url = Url::parse(backend.url);
  const auto* container = url ? container_of(containers, Endpoint(*url), to_string(backend.component)) : nullptr;
  backend.notes.push_back(fmt::format("Grafana or Alloy has it at this address, but from here: {}{}",
                                      first ? first->what : "it does not answer",
                                      container ? "; other containers reach " + names_of(*container) : ""));
  co_return false;
}

asio::awaitable<bool> takes_otlp_grpc(const InitWay& way, std::string address) {
  FoundReceiver tempo;
  tempo.kind = ReceiverKind::otlp_grpc;
  tempo.address = std::move(address);
  const auto silence = co_await silence_of(way, tempo);
  co_return !silence;
}

std::string names_of(const Container& container) {
  std::vector<std::string> networks;
  for (const auto& network : container.networks) {
    auto names = network.aliases;
    if (std::find(names.begin(), names.end(), container.name) == names.end())
      names.insert(names.begin(), container.name);
    networks.push_back(fmt::format("{} (as {})", network.name, fmt::join(names, ", ")));
  }
  if (networks.empty()) return fmt::format("{} on no network", container.name);
  return fmt::format("{} on {}", container.name, fmt::join(networks, ", "));
}

}  // namespace lgtmwatch
