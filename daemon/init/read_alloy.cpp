#include "daemon/init/read_alloy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "daemon/base/json.hpp"
#include "daemon/model/find_container.hpp"
#include "probes/alloy/alloy_body.hpp"
#include "probes/alloy/alloy_components.hpp"
#include "probes/alloy/alloy_targets.hpp"
#include "probes/lenient_json.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_files = 8;
constexpr std::string_view otlp = "otelcol.receiver.otlp.";
constexpr std::string_view loki_api = "loki.source.api.";
constexpr std::string_view receive_http = "prometheus.receive_http.";
constexpr std::string_view docker = "loki.source.docker.";
constexpr std::string_view file = "loki.source.file.";
constexpr std::string_view scrape = "prometheus.scrape.";
constexpr std::array<std::string_view, 3> senders{"otelcol.exporter.otlp", "loki.write.", "prometheus.remote_write."};
constexpr std::array<std::string_view, 2> other_receivers{"otelcol.receiver.", "loki.source."};
// Names of routes of canaries that are no receivers.
constexpr std::array<std::string_view, 6> taken{"scrape",           "stdout",           "direct-push",
                                                "direct-otlp-http", "direct-otlp-grpc", "direct-remote-write"};

template <class Prefixes>
bool starts_with_any(std::string_view id, const Prefixes& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) { return id.starts_with(prefix); });
}

bool is_wildcard(std::string_view host) {
  return host.empty() || host == "0.0.0.0" || host == "[::]" || host == "::" || host == "*";
}

std::string label_of(const std::string& id) { return id.substr(id.rfind('.') + 1); }

// "backend", or what it is where that says nothing.
std::string named(const std::string& id, std::string_view what) {
  const auto label = label_of(id);
  return label == "default" || label == what || starts_with_any(label, taken) ? std::string(what) : label;
}

// Every exporter that the graph leads to.
std::vector<std::string> exporters_behind(const std::string& id, const std::vector<GraphEdge>& graph) {
  std::vector<std::string> reached{id};
  std::set<std::string> exporters;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (starts_with_any(reached[i], senders)) exporters.insert(reached[i]);
    for (const auto& edge : graph)
      if (edge.from == reached[i] && std::find(reached.begin(), reached.end(), edge.to) == reached.end())
        reached.push_back(edge.to);
  }
  return {exporters.begin(), exporters.end()};
}

class Reader {
 public:
  Reader(std::string name, const Url& url, const AlloyAnswers& answers) : url_(url), answers_(answers) {
    alloy_.name = std::move(name);
    alloy_.url = url.text();
  }

  FoundAlloy read() {
    for (const auto& component : answers_.components.components) take(component);
    return std::move(alloy_);
  }

 private:
  void take(const AlloyComponent& component) {
    const auto& id = component.id;
    if (starts_with_any(id, senders)) return take_exporter(component);
    if (id.starts_with(otlp)) return take_otlp(component);
    if (id.starts_with(loki_api))
      return add_port(component, ReceiverKind::loki_push, component.http, named(id, "push"));
    if (id.starts_with(receive_http))
      return add_port(component, ReceiverKind::remote_write, component.http, named(id, "remote-write"));
    if (id.starts_with(docker)) return add_component(component, "docker");
    if (id.starts_with(file)) return take_files(component);
    if (id.starts_with(scrape)) return add_component(component, named(id, "scrape-targets"));
    if (starts_with_any(id, other_receivers))
      alloy_.notes.push_back(
          fmt::format("{} takes telemetry too, in a way that lgtmwatch cannot ask: it is left out", id));
  }

  void take_exporter(const AlloyComponent& component) {
    const auto details = answers_.details.find(component.id);
    alloy_.exporters.push_back(
        {component.id, component.sends_to, details == answers_.details.end() ? std::string() : details->second.tenant});
  }

  void take_otlp(const AlloyComponent& component) {
    const auto name = named(component.id, "otlp");
    const bool both = !component.http.empty() && !component.grpc.empty();
    if (!component.grpc.empty())
      add_port(component, ReceiverKind::otlp_grpc, component.grpc, both ? name + "-grpc" : name);
    if (!component.http.empty())
      add_port(component, ReceiverKind::otlp_http, component.http, both ? name + "-http" : name);
    if (component.grpc.empty() && component.http.empty())
      alloy_.notes.push_back(fmt::format("{} is left out: Alloy did not say where it listens", component.id));
  }

  FoundReceiver& add(const AlloyComponent& component, ReceiverKind kind, std::string name) {
    FoundReceiver receiver;
    receiver.name = std::move(name);
    receiver.component = component.id;
    receiver.kind = kind;
    receiver.leads_to = exporters_behind(component.id, answers_.components.graph);
    alloy_.receivers.push_back(std::move(receiver));
    return alloy_.receivers.back();
  }

  void add_component(const AlloyComponent& component, std::string name) {
    auto& receiver = add(component, ReceiverKind::component, std::move(name));
    receiver.address = component.id;
    receiver.scraped = component.scraped;
  }

  void add_port(const AlloyComponent& component, ReceiverKind kind, const std::string& listens, std::string name) {
    auto& receiver = add(component, kind, std::move(name));
    receiver.listens = listens;
    const bool has_signals = kind == ReceiverKind::otlp_http || kind == ReceiverKind::otlp_grpc;
    if (has_signals && component.hands_on && component.hands_on->size() < all_signals.size())
      receiver.signals = *component.hands_on;
    if (has_signals && component.hands_on && component.hands_on->empty())
      receiver.why_not = "none of its outputs is wired, so that nothing leads on from it";
    set_address(receiver);
  }

  void set_address(FoundReceiver& receiver) const {
    const auto colon = receiver.listens.rfind(':');
    const auto port = port_of(receiver.listens);
    auto host = receiver.listens.substr(0, colon == std::string::npos ? 0 : colon);
    const bool on_loopback = is_loopback(host) && !is_loopback(url_.host());
    if (is_wildcard(host)) host = url_.host().find(':') == std::string::npos ? url_.host() : "[" + url_.host() + "]";
    const auto found = answers_.details.find(receiver.component);
    const bool is_grpc = receiver.kind == ReceiverKind::otlp_grpc;
    const bool has_tls = found != answers_.details.end() && (is_grpc ? found->second.grpc_tls : found->second.http_tls);
    receiver.address = fmt::format("{}{}:{}", has_tls ? "https://" : (is_grpc ? "" : "http://"), host, port);
    if (port == 0)
      receiver.why_not = fmt::format("Alloy says that it listens on '{}', which has no port", receiver.listens);
    if (on_loopback)
      receiver.why_not = fmt::format(
          "it listens on {} alone, which nobody outside of Alloy's own host or container reaches; let it "
          "listen on 0.0.0.0:{}",
          receiver.listens, port);
  }

  void take_files(const AlloyComponent& component) {
    const auto found = std::find_if(answers_.files.begin(), answers_.files.end(),
                                    [&](const FileComponent& each) { return each.id == component.id; });
    const auto files = found == answers_.files.end() ? std::vector<std::string>() : found->given;
    if (files.empty()) alloy_.notes.push_back(fmt::format("{} is left out: it reads no file just now", component.id));
    const auto name = named(component.id, "files");
    for (std::size_t i = 0; i < files.size() && i < most_files; ++i)
      add(component, ReceiverKind::file, i == 0 ? name : fmt::format("{}-{}", name, i + 1)).address = files[i];
    if (files.size() > most_files)
      alloy_.notes.push_back(
          fmt::format("{} reads {} more files, which are left out", component.id, files.size() - most_files));
  }

  const Url& url_;
  const AlloyAnswers& answers_;
  FoundAlloy alloy_;
};

// "X-Scope-OrgID" among the headers of an exporter, where its value is no secret.
std::string tenant_in(const boost::json::value& body) {
  const auto* headers = alloy_attribute(body, "headers");
  const auto* pairs = at(headers, "value");
  if (!pairs || !pairs->is_array()) return {};
  for (const auto& pair : pairs->get_array()) {
    const auto* key = at(&pair, "key");
    const auto* value = at(&pair, "value");
    const auto* type = at(value, "type");
    const bool is_text = type && type->is_string() && type->get_string() == "string";
    if (key && key->is_string() && is_text && key->get_string() == "X-Scope-OrgID") return alloy_text(value);
  }
  return {};
}

bool has_tls(const boost::json::value& arguments, std::string_view block) {
  const auto servers = alloy_blocks(arguments, block);
  return !servers.empty() && !alloy_blocks(*servers.front(), "tls").empty();
}

}  // namespace

AlloyDetails read_alloy_details(std::string_view body) {
  AlloyDetails details;
  const auto document = parse_json(body);
  const auto* arguments = document ? at(&*document, "arguments") : nullptr;
  if (!arguments) return details;
  for (const auto* name : {"endpoint", "client"}) {
    for (const auto* block : alloy_blocks(*arguments, name)) {
      if (details.tenant.empty()) details.tenant = alloy_text(alloy_attribute(*block, "tenant_id"));
      if (details.tenant.empty()) details.tenant = tenant_in(*block);
    }
  }
  details.http_tls = has_tls(*arguments, "http");
  details.grpc_tls = has_tls(*arguments, "grpc");
  return details;
}

bool is_asked_by_init(std::string_view id) { return has_an_address(id) || has_targets(id) || id.starts_with(file); }

FoundAlloy read_alloy(std::string name, const Url& url, const AlloyAnswers& answers) {
  return Reader(std::move(name), url, answers).read();
}

int port_of(std::string_view listens) {
  const auto colon = listens.rfind(':');
  const auto digits = colon == std::string_view::npos ? std::string_view() : listens.substr(colon + 1);
  int port = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return end.ec == std::errc() && end.ptr == digits.data() + digits.size() && port > 0 && port < 65536 ? port : 0;
}

void make_names_unique(std::vector<FoundAlloy>& alloys) {
  std::set<std::string> names;
  for (auto& alloy : alloys) {
    for (auto& receiver : alloy.receivers) {
      auto name = receiver.name;
      if (names.contains(name)) name = label_of(receiver.component) + "-" + receiver.name;
      for (int i = 2; names.contains(name); ++i) name = fmt::format("{}-{}", receiver.name, i);
      names.insert(name);
      receiver.name = std::move(name);
    }
  }
}

}  // namespace lgtmwatch
