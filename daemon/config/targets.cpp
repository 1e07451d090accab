#include "daemon/config/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>

#include "daemon/base/json.hpp"
#include "daemon/base/url.hpp"
#include "daemon/config/clean_text.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::size_t most_problems = 50;
constexpr std::size_t most_targets = 100'000;
constexpr std::string_view own_prefix = "__lgtmwatch_";
constexpr const char* stack_label = "__lgtmwatch_stack__";
constexpr const char* component_label = "__lgtmwatch_component__";
constexpr const char* tenant_label = "__lgtmwatch_tenant__";
constexpr const char* kind_label = "__lgtmwatch_kind__";
constexpr const char* name_label = "__lgtmwatch_name__";
constexpr const char* receiver_label = "__lgtmwatch_receiver__";
constexpr const char* scheme_label = "__scheme__";

using Words = std::vector<std::string_view>;
const Words own_labels{component_label, kind_label, name_label, receiver_label, stack_label, tenant_label};
const Words components{"alloy", "grafana", "loki", "mimir", "tempo"};
const Words mimir_kinds{"cortex", "mimir", "prometheus"};
const Words receiver_kinds{"loki_push", "otlp_grpc", "otlp_http", "remote_write"};
const Words schemes{"http", "https"};

YamlNodePtr to_node(const json::value& value) {
  auto node = std::make_shared<YamlNode>();
  if (const auto* list = value.if_array()) {
    node->kind = YamlNode::Kind::list;
    for (const auto& item : *list) node->items.push_back(to_node(item));
  } else if (const auto* map = value.if_object()) {
    node->kind = YamlNode::Kind::map;
    for (const auto& member : *map)
      node->pairs.push_back({to_node(json::value(member.key())), to_node(member.value())});
  } else if (!value.is_null()) {
    node->kind = YamlNode::Kind::scalar;
    node->text = value.is_string() ? std::string(value.get_string().c_str()) : json::serialize(value);
  }
  return node;
}

// Reads one document; every complaint names its entry and its label.
class Reader {
 public:
  explicit Reader(ParsedTargets& out) : out_(out) {}

  void read(const YamlNode& root, const std::string& source) {
    if (root.kind != YamlNode::Kind::list)
      return complain(source, root.kind == YamlNode::Kind::empty ? "is empty" : "a list of targets is expected",
                      "write [] where there are none, else [ { targets: [HOST:PORT], labels: { … } }, … ]");
    for (std::size_t i = 0; i < root.items.size(); ++i) read_group(*root.items[i], fmt::format("{}[{}]", source, i));
  }

  void complain(const std::string& where, std::string what, std::string hint = {}) {
    if (out_.problems.size() < most_problems) out_.problems.push_back({where, std::move(what), std::move(hint)});
  }

 private:
  using Labels = std::map<std::string, std::string>;

  void read_group(const YamlNode& group, const std::string& where) {
    if (group.kind != YamlNode::Kind::map) return complain(where, "a mapping with 'targets' and 'labels' is expected");
    std::vector<std::string> addresses;
    Labels labels;
    for (const auto& [key, value] : group.pairs) {
      if (key->text == "targets") {
        addresses = read_addresses(*value, where + ".targets");
      } else if (key->text == "labels") {
        labels = read_labels(*value, where + ".labels");
      } else {
        complain(fmt::format("{}.{}", where, key->text), "unknown key", "allowed: labels, targets");
      }
    }
    for (const auto& address : addresses) read_target(address, labels, where);
  }

  std::vector<std::string> read_addresses(const YamlNode& list, const std::string& where) {
    std::vector<std::string> addresses;
    if (list.kind != YamlNode::Kind::list) complain(where, "a list of addresses is expected");
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      if (list.items[i]->kind == YamlNode::Kind::scalar) {
        addresses.push_back(list.items[i]->text);
      } else {
        complain(fmt::format("{}[{}]", where, i), "an address is expected, such as HOST:PORT");
      }
    }
    return addresses;
  }

  Labels read_labels(const YamlNode& map, const std::string& where) {
    Labels labels;
    if (map.kind != YamlNode::Kind::map) complain(where, "a mapping of labels is expected");
    for (const auto& [key, value] : map.pairs) {
      const auto label = fmt::format("{}.{}", where, key->text);
      const bool is_ours = key->text.starts_with(own_prefix);
      const bool is_known = std::find(own_labels.begin(), own_labels.end(), key->text) != own_labels.end();
      if (is_ours && !is_known) complain(label, "there is no such label", suggest(key->text, own_labels));
      if (!is_known && key->text != scheme_label) continue;
      if (value->kind != YamlNode::Kind::scalar || !is_utf8(value->text) || has_control_character(value->text)) {
        complain(label, "a text on one line is expected");
      } else if (!labels.emplace(key->text, value->text).second) {
        complain(label, "stands twice");
      }
    }
    return labels;
  }

  // The label's value, one of the words; nothing where it is not given or wrong.
  std::string word(const Labels& labels, const char* label, const Words& words, const std::string& where) {
    const auto found = labels.find(label);
    if (found == labels.end()) return {};
    if (std::find(words.begin(), words.end(), found->second) != words.end()) return found->second;
    complain(fmt::format("{}.labels.{}", where, label), fmt::format("'{}' is not allowed here", found->second),
             suggest(found->second, words));
    return {};
  }

  std::string needed(const Labels& labels, const char* label, const std::string& where, const char* hint) {
    const auto found = labels.find(label);
    if (found != labels.end() && !found->second.empty()) return found->second;
    complain(where, fmt::format("the label {} is missing", label), hint);
    return {};
  }

  static std::string text(const Labels& labels, const char* label) {
    const auto found = labels.find(label);
    return found == labels.end() ? "" : found->second;
  }

  void read_target(const std::string& address, const Labels& labels, const std::string& where) {
    if (out_.targets.size() >= most_targets)
      return complain(where, fmt::format("there are more than {} targets", most_targets));
    const auto known = out_.problems.size();
    Target target;
    target.where = where;
    target.stack = needed(labels, stack_label, where, "it names the stack that the target belongs to");
    target.component = needed(labels, component_label, where, "it is alloy, grafana, loki, mimir or tempo");
    if (!target.component.empty()) target.component = word(labels, component_label, components, where);
    target.name = text(labels, name_label);
    target.receiver = text(labels, receiver_label);
    if (labels.contains(tenant_label)) target.tenant = text(labels, tenant_label);
    target.kind = kind_of(target, labels, where);
    target.address = address_of(target, address, word(labels, scheme_label, schemes, where), where);
    if (out_.problems.size() == known && known < most_problems) out_.targets.push_back(std::move(target));
  }

  std::string kind_of(const Target& target, const Labels& labels, const std::string& where) {
    const auto here = [&](const char* label) { return fmt::format("{}.labels.{}", where, label); };
    const bool is_alloy = target.component == "alloy";
    if (!target.component.empty() && !is_alloy && !target.name.empty())
      complain(here(name_label), "only an Alloy has a name", "leave it out");
    if (!target.component.empty() && !is_alloy && !target.receiver.empty())
      complain(here(receiver_label), "only an Alloy has receivers", "leave it out, or write alloy as the component");
    if (is_alloy && !target.receiver.empty()) {
      needed(labels, kind_label, where, "it is otlp_http, otlp_grpc, loki_push or remote_write");
      return word(labels, kind_label, receiver_kinds, where);
    }
    if (target.component == "mimir") return word(labels, kind_label, mimir_kinds, where);
    if (!target.component.empty() && labels.contains(kind_label))
      complain(here(kind_label), "only a mimir and a receiver have a kind", "leave it out");
    return {};
  }

  std::string address_of(const Target& target, const std::string& address, const std::string& scheme,
                         const std::string& where) {
    const bool has_scheme = address.find("://") != std::string::npos;
    const auto url = Url::parse(has_scheme ? address : (scheme.empty() ? "http" : scheme) + "://" + address);
    if (!url) {
      complain(where + ".targets", url.error().what, "write HOST:PORT, or a URL without a query");
      return {};
    }
    if (target.kind != "otlp_grpc") return url->text();
    if (!url->path().empty()) complain(where + ".targets", "gRPC knows no path", "write HOST:PORT");
    return url->text();
  }

  ParsedTargets& out_;
};

void read_json(std::string_view text, const std::string& source, Reader& reader) {
  const auto document = parse_json(text);
  if (!document) return reader.complain(source, document.error().what, "a JSON list is expected");
  reader.read(*to_node(*document), source);
}

void read_yaml(std::string_view text, const std::string& source, Reader& reader) {
  Diagnostics diagnostics;
  const auto root = parse_yaml(text, diagnostics);
  for (const auto& each : diagnostics.sorted(text))
    reader.complain(each.line > 0 ? fmt::format("{}:{}:{}", source, each.line, each.column) : source, each.message,
                    each.hint);
  if (root) reader.read(*root, source);
}

}  // namespace

ParsedTargets parse_targets(std::string_view text, const std::string& source, TargetFormat format) {
  ParsedTargets out;
  Reader reader(out);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    reader.read(YamlNode(), source);
  } else if (format == TargetFormat::json) {
    read_json(text, source, reader);
  } else {
    read_yaml(text, source, reader);
  }
  if (!out.problems.empty()) out.targets.clear();
  return out;
}

}  // namespace lgtmwatch
