#include "daemon/init/write_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "daemon/init/yaml_lines.hpp"
#include "daemon/init/yaml_text.hpp"

namespace lgtmwatch {
namespace {

std::string flow_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const auto& text : texts) list += (list.empty() ? "" : ", ") + yaml_text(text);
  return "[" + list + "]";
}

std::string flow_list(const std::vector<Signal>& signals) {
  std::vector<std::string> names;
  for (const auto signal : signals) names.emplace_back(to_string(signal));
  return flow_list(names);
}

std::string text_of(const FoundReceiver& receiver) {
  std::string text = fmt::format("name: {}, ", yaml_text(receiver.name));
  const auto address = yaml_text(receiver.address);
  switch (receiver.kind) {
    case ReceiverKind::otlp_http: text += "otlp: http, url: " + address; break;
    case ReceiverKind::otlp_grpc: text += "otlp: grpc, endpoint: " + address; break;
    case ReceiverKind::component: text += "component: " + address; break;
    case ReceiverKind::loki_push: text += "loki_push: " + address; break;
    case ReceiverKind::remote_write: text += "remote_write: " + address; break;
    case ReceiverKind::file: text += "file: " + address; break;
  }
  if (!receiver.signals.empty()) text += ", signals: " + flow_list(receiver.signals);
  return text;
}

std::string text_of(const FoundWay& way) {
  std::vector<std::string> parts;
  if (!way.receiver.empty()) parts.push_back("receiver: " + yaml_text(way.receiver));
  if (way.max_age) parts.push_back("max_age: " + format_duration(*way.max_age));
  if (!way.selector.empty()) parts.push_back("selector: " + yaml_text(way.selector));
  return parts.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(parts, ", "));
}

std::string in_one_line(const FoundBackend& backend) {
  std::vector<std::string> parts{"url: " + yaml_text(backend.url.empty() ? "http://HOST:PORT" : backend.url)};
  if (backend.component == Component::mimir) parts.push_back(fmt::format("kind: {}", to_string(backend.kind)));
  if (!backend.tenant.empty()) parts.push_back("tenant: " + yaml_text(backend.tenant));
  return fmt::format("{{ {} }}", fmt::join(parts, ", "));
}

class Writer {
 public:
  explicit Writer(const FoundStack& stack) : stack_(stack) {}

  std::string write(WallTime now) {
    head(now);
    lines_.add(0, "stacks:");
    lines_.add(2, "- name: " + yaml_text(stack_.name));
    if (!stack_.tenant.empty()) lines_.add(4, "tenant: " + yaml_text(stack_.tenant));
    for (const auto& note : stack_.notes) lines_.comment(4, note);
    for (const auto& backend : stack_.backends) put(backend);
    if (stack_.grafana) put(*stack_.grafana);
    put_alloys();
    put_sources();
    put_rest();
    return lines_.text();
  }

 private:
  void head(WallTime now) {
    lines_.comment(
        0, fmt::format("Written by lgtmwatch init at {} from {}.", format_rfc3339(now), fmt::join(stack_.asked, ", ")));
    lines_.comment(0, "What could not be found out, or not be used, stands in comments that say why.");
    lines_.comment(0, "`lgtmwatch verify --config.file=FILE` checks all of it once, `lgtmwatch run` goes on watching.");
  }

  void put_client(int indent, const std::string& url) {
    if (!url.starts_with("https://") || (stack_.ca_file.empty() && !stack_.skip_verify)) return;
    lines_.add(indent, stack_.skip_verify ? std::string("tls: { insecure_skip_verify: true }")
                                          : fmt::format("tls: {{ ca_file: {} }}", yaml_text(stack_.ca_file)));
  }

  void put(const FoundBackend& backend) {
    const std::string key(to_string(backend.component));
    for (const auto& note : backend.notes) lines_.comment(4, note);
    if (!backend.why_not.empty()) {
      lines_.left_out(4, fmt::format("{}: {}", key, in_one_line(backend)), backend.why_not);
      return;
    }
    lines_.add(4, key + ":");
    lines_.add(6, "url: " + yaml_text(backend.url));
    if (backend.component == Component::mimir) lines_.add(6, fmt::format("kind: {}", to_string(backend.kind)));
    if (!backend.tenant.empty()) lines_.add(6, "tenant: " + yaml_text(backend.tenant));
    if (!backend.otlp_grpc.empty()) lines_.add(6, fmt::format("otlp: {{ grpc: {} }}", yaml_text(backend.otlp_grpc)));
    put_client(6, backend.url);
  }

  void put(const FoundGrafana& grafana) {
    for (const auto& note : grafana.notes) lines_.comment(4, note);
    if (!grafana.why_not.empty()) {
      lines_.left_out(4, fmt::format("grafana: {{ url: {} }}", yaml_text(grafana.url)), grafana.why_not);
      return;
    }
    lines_.add(4, "grafana:");
    lines_.add(6, "url: " + yaml_text(grafana.url));
    if (!grafana.token_file.empty())
      lines_.add(6, fmt::format("auth: {{ bearer_token_file: {} }}", yaml_text(grafana.token_file)));
    put_client(6, grafana.url);
    std::vector<std::string> uids;
    for (const auto& backend : stack_.backends)
      if (backend.why_not.empty() && !backend.uid.empty())
        uids.push_back(fmt::format("{}: {}", to_string(backend.component), yaml_text(backend.uid)));
    if (!uids.empty()) lines_.add(6, fmt::format("datasources: {{ {} }}", fmt::join(uids, ", ")));
    if (!grafana.dashboards.empty())
      lines_.left_out(6, "dashboards: " + flow_list(grafana.dashboards),
                      "Whose panels must always show data is for you to say");
  }

  void put_alloys() {
    const auto answered = [](const FoundAlloy& alloy) { return alloy.why_not.empty(); };
    const bool any = std::any_of(stack_.alloys.begin(), stack_.alloys.end(), answered);
    if (any) lines_.add(4, "alloy:");
    for (const auto& alloy : stack_.alloys) {
      const auto item = fmt::format("{{ name: {}, url: {} }}", yaml_text(alloy.name), yaml_text(alloy.url));
      if (answered(alloy)) put(alloy);
      if (!answered(alloy) && any) lines_.left_out(6, "- " + item, alloy.why_not);
      if (!answered(alloy) && !any) lines_.left_out(4, fmt::format("alloy: [ {} ]", item), alloy.why_not);
    }
  }

  void put(const FoundAlloy& alloy) {
    lines_.add(6, "- name: " + yaml_text(alloy.name));
    lines_.add(8, "url: " + yaml_text(alloy.url));
    put_client(8, alloy.url);
    for (const auto& note : alloy.notes) lines_.comment(8, note);
    for (const auto& exporter : alloy.exporters)
      lines_.comment(8, fmt::format("{} sends to {}{}", exporter.component,
                                    exporter.sends_to.empty() ? "what Alloy does not say" : exporter.sends_to,
                                    exporter.tenant.empty() ? "" : " as tenant " + exporter.tenant));
    put_scrapes(alloy);
    const bool any = std::any_of(alloy.receivers.begin(), alloy.receivers.end(), [&](const FoundReceiver& receiver) {
      return receiver.why_not.empty() && is_listed(stack_, receiver);
    });
    const bool none = std::none_of(alloy.receivers.begin(), alloy.receivers.end(),
                                   [&](const FoundReceiver& receiver) { return is_listed(stack_, receiver); });
    if (any) lines_.add(8, "receivers:");
    if (!any && !none) lines_.left_out(8, "receivers:", "None of its receivers can be used");
    for (const auto& receiver : alloy.receivers)
      if (is_listed(stack_, receiver)) put(receiver);
  }

  void put_scrapes(const FoundAlloy& alloy) {
    for (const auto& receiver : alloy.receivers) {
      if (!receiver.component.starts_with("prometheus.scrape.")) continue;
      std::vector<std::string> targets;
      for (const auto& target : receiver.scraped) targets.push_back(fmt::format("{} ({})", target.job, target.url));
      lines_.comment(8, targets.empty() ? fmt::format("{} scrapes nothing just now", receiver.component)
                                        : fmt::format("{} scrapes {}", receiver.component, fmt::join(targets, ", ")));
    }
  }

  void put(const FoundReceiver& receiver) {
    const auto text = fmt::format("- {{ {} }}", text_of(receiver));
    const bool has_url = receiver.address.starts_with("https://");
    if (!receiver.why_not.empty()) {
      lines_.left_out(10, text, receiver.why_not);
      return;
    }
    std::string client;
    if (has_url && stack_.skip_verify) client = ", tls: { insecure_skip_verify: true }";
    if (has_url && client.empty() && !stack_.ca_file.empty())
      client = fmt::format(", tls: {{ ca_file: {} }}", yaml_text(stack_.ca_file));
    lines_.comment(
        10, fmt::format("{}{}", receiver.component,
                        receiver.leads_to.empty() ? std::string(", which leads to no exporter that was found")
                                                  : fmt::format(" leads to {}", fmt::join(receiver.leads_to, ", "))));
    lines_.add(10, fmt::format("- {{ {}{} }}", text_of(receiver), client));
  }

  void put_sources() {
    const bool any = std::any_of(stack_.sources.begin(), stack_.sources.end(),
                                 [](const FoundSource& source) { return is_active(source); });
    if (any) lines_.add(4, "sources:");
    if (!any && !stack_.sources.empty()) lines_.left_out(4, "sources:", "None of the sources can be expected as it is");
    for (const auto& source : stack_.sources) {
      if (is_active(source)) put(source);
      if (!is_active(source)) put_left_out(source);
    }
    if (stack_.sources.empty())
      lines_.left_out(4, "sources: [ { name: SERVICE, metrics: {}, logs: {}, traces: {} } ]",
                      "nothing of an application was found; what must arrive is for you to say");
  }

  // As one line that can be put in force. Of logs there may be several ways, each with a receiver of its own.
  void put_left_out(const FoundSource& source) {
    std::vector<std::string> parts{"name: " + yaml_text(source.name)};
    std::vector<std::string> reasons;
    for (const auto signal : all_signals) {
      std::vector<std::string> ways;
      for (const auto& way : source.ways) {
        if (way.signal != signal) continue;
        reasons.push_back(fmt::format("{} of {}: {}", to_string(signal), source.name, way.why_not));
        if (ways.empty() || (signal == Signal::logs && !way.receiver.empty())) ways.push_back(text_of(way));
      }
      if (ways.size() == 1) parts.push_back(fmt::format("{}: {}", to_string(signal), ways.front()));
      if (ways.size() > 1) parts.push_back(fmt::format("{}: [ {} ]", to_string(signal), fmt::join(ways, ", ")));
    }
    lines_.left_out(6, fmt::format("- {{ {} }}", fmt::join(parts, ", ")), fmt::format("{}", fmt::join(reasons, "; ")));
  }

  void put(const FoundSource& source) {
    lines_.add(6, "- name: " + yaml_text(source.name));
    if (!source.container.empty()) lines_.add(8, "container: " + yaml_text(source.container));
    for (const auto signal : all_signals) put(source, signal);
  }

  // Logs are a list where there are several ways, so that each that is left out can be put in force.
  void put(const FoundSource& source, Signal signal) {
    std::vector<const FoundWay*> ways;
    for (const auto& way : source.ways)
      if (way.signal == signal) ways.push_back(&way);
    const bool any = std::any_of(ways.begin(), ways.end(), [](const FoundWay* way) { return is_active(*way); });
    const bool in_list = signal == Signal::logs && any && ways.size() > 1;
    const int indent = in_list ? 10 : 8;
    const auto key = fmt::format("{}:", to_string(signal));
    if (in_list) lines_.add(8, key);
    for (const auto* way : ways) {
      const auto line = (in_list ? "- " : key + " ") + text_of(*way);
      if (!is_active(*way)) lines_.left_out(indent, line, way->why_not);
      if (!is_active(*way)) continue;
      lines_.comment(indent, way->said);
      lines_.add(indent, line);
    }
  }

  void put_rest() {
    if (!stack_.stack_jobs.empty()) lines_.add(4, "stack_jobs: " + flow_list(stack_.stack_jobs));
    if (!stack_.docker)
      lines_.left_out(4, "docker: { socket: unix:///var/run/docker.sock }",
                      "Docker was not asked: init --docker.socket=… gives containers, networks and log drivers");
    if (stack_.docker) put(*stack_.docker);
    lines_.left_out(4, "canaries: {}", "Telemetry of lgtmwatch's own, written by every receiver and read back");
  }

  void put(const FoundDocker& docker) {
    const auto text = fmt::format("docker: {{ socket: {} }}", yaml_text(docker.socket));
    for (const auto& note : docker.notes) lines_.comment(4, note);
    if (docker.why_not.empty()) lines_.add(4, text);
    if (!docker.why_not.empty()) lines_.left_out(4, text, docker.why_not);
  }

  const FoundStack& stack_;
  YamlLines lines_;
};

}  // namespace

std::string write_config(const FoundStack& stack, WallTime now) { return Writer(stack).write(now); }

}  // namespace lgtmwatch
