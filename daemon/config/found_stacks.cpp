#include "daemon/config/found_stacks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "daemon/config/emit.hpp"

namespace lgtmwatch {
namespace {

YamlNodePtr scalar(const std::string& text) {
  auto node = std::make_shared<YamlNode>();
  node->kind = YamlNode::Kind::scalar;
  node->text = doubled_dollars(text);
  return node;
}

void put(YamlNode& map, const char* key, YamlNodePtr value) {
  map.kind = YamlNode::Kind::map;
  map.pairs.push_back({scalar(key), std::move(value)});
}

std::shared_ptr<YamlNode> list() {
  auto node = std::make_shared<YamlNode>();
  node->kind = YamlNode::Kind::list;
  return node;
}

std::shared_ptr<YamlNode> component_of(const Target& target) {
  auto node = std::make_shared<YamlNode>();
  put(*node, "url", scalar(target.address));
  if (target.tenant) put(*node, "tenant", scalar(*target.tenant));
  if (!target.kind.empty()) put(*node, "kind", scalar(target.kind));
  return node;
}

std::shared_ptr<YamlNode> receiver_of(const Target& target) {
  auto node = std::make_shared<YamlNode>();
  put(*node, "name", scalar(target.receiver));
  if (target.kind == "otlp_grpc") {
    put(*node, "otlp", scalar("grpc"));
    put(*node, "endpoint", scalar(target.address));
  } else if (target.kind == "otlp_http") {
    put(*node, "otlp", scalar("http"));
    put(*node, "url", scalar(target.address));
  } else {
    put(*node, target.kind.c_str(), scalar(target.address));
  }
  if (target.tenant) put(*node, "tenant", scalar(*target.tenant));
  return node;
}

struct Alloy {
  std::string name;
  std::string where;
  std::shared_ptr<YamlNode> node;
  std::shared_ptr<YamlNode> receivers = list();
};

// What the targets of one stack come to.
class Stack {
 public:
  Stack(const std::vector<const Target*>& targets, Diagnostics& diagnostics)
      : targets_(targets), diagnostics_(diagnostics) {}

  YamlNodePtr node() {
    auto stack = std::make_shared<YamlNode>();
    put(*stack, "name", scalar(targets_.front()->stack));
    for (const auto* target : targets_) {
      if (target->component != "alloy") {
        add_component(*stack, *target);
      } else if (target->receiver.empty()) {
        add_alloy(*target);
      }
    }
    for (const auto* target : targets_)
      if (!target->receiver.empty()) add_receiver(*target);
    auto alloys = list();
    for (const auto& alloy : alloys_) {
      if (!alloy.receivers->items.empty()) put(*alloy.node, "receivers", alloy.receivers);
      alloys->items.push_back(alloy.node);
    }
    if (!alloys->items.empty()) put(*stack, "alloy", alloys);
    return stack;
  }

 private:
  void complain(const Target& target, std::string what, std::string hint) {
    diagnostics_.error({0, 0, target.where}, std::move(what), std::move(hint));
  }

  void add_component(YamlNode& stack, const Target& target) {
    const auto [first, is_new] = components_.emplace(target.component, &target);
    if (is_new) return put(stack, target.component.c_str(), component_of(target));
    complain(
        target,
        fmt::format("the stack '{}' has a {} already, from {}", target.stack, target.component, first->second->where),
        "a stack has one of each; give the other a stack of its own");
  }

  void add_alloy(const Target& target) {
    const auto& url = target.address;
    const auto name = target.name.empty() ? url.substr(url.find("://") + 3) : target.name;
    for (const auto& known : alloys_) {
      if (known.name != name) continue;
      return complain(target,
                      fmt::format("the stack '{}' has an Alloy '{}' already, from {}", target.stack, name, known.where),
                      "give each a __lgtmwatch_name__ of its own");
    }
    alloys_.push_back({name, target.where, component_of(target)});
    put(*alloys_.back().node, "name", scalar(name));
  }

  void add_receiver(const Target& target) {
    const auto is_its_own = [&](const Alloy& alloy) {
      return target.name.empty() ? alloys_.size() == 1 : alloy.name == target.name;
    };
    const auto found = std::find_if(alloys_.begin(), alloys_.end(), is_its_own);
    if (found != alloys_.end()) {
      found->receivers->items.push_back(receiver_of(target));
      return;
    }
    complain(target,
             fmt::format("it is not said which Alloy of the stack '{}' has the receiver '{}'", target.stack,
                         target.receiver),
             "give the Alloy as a target too, and its __lgtmwatch_name__ here where the stack has several");
  }

  const std::vector<const Target*>& targets_;
  Diagnostics& diagnostics_;
  std::map<std::string, const Target*> components_;
  std::vector<Alloy> alloys_;
};

}  // namespace

std::vector<DiscoveredStack> stacks_of(const FoundTargets& found, const std::set<std::string>& listed,
                                       Diagnostics& diagnostics) {
  std::map<std::string, std::vector<const Target*>> by_stack;
  for (const auto& [source, documents] : found)
    for (const auto& [document, targets] : documents)
      for (const auto& target : targets) by_stack[target.stack].push_back(&target);
  std::vector<DiscoveredStack> stacks;
  for (const auto& [name, targets] : by_stack) {
    const auto& where = targets.front()->where;
    if (listed.contains(name)) {
      diagnostics.error({0, 0, where + ".labels.__lgtmwatch_stack__"},
                        fmt::format("the stack '{}' is listed under 'stacks' already", name),
                        "give each a name of its own");
    } else {
      stacks.push_back({where, Stack(targets, diagnostics).node()});
    }
  }
  return stacks;
}

}  // namespace lgtmwatch
