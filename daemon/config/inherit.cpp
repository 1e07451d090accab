#include "daemon/config/inherit.hpp"

#include <algorithm>
#include <array>

namespace lgtmwatch {
namespace {

constexpr std::array of_all{"interval", "timeout"};  // what is no key of a stack
constexpr std::array with_address{"loki", "tempo", "mimir", "grafana", "alloy"};

template <std::size_t N>
bool is_one_of(const std::array<const char*, N>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

YamlPair* find(YamlNode& map, const std::string& key) {
  for (auto& pair : map.pairs)
    if (pair.key->text == key) return &pair;
  return nullptr;
}

YamlNodePtr together(const YamlNodePtr& own, const YamlNodePtr& inherited) {
  if (own->kind != YamlNode::Kind::map || inherited->kind != YamlNode::Kind::map) return own;
  auto map = std::make_shared<YamlNode>(*own);
  for (const auto& pair : inherited->pairs)
    if (!find(*map, pair.key->text)) map->pairs.push_back(pair);
  return map;
}

YamlNodePtr each_together(const YamlNodePtr& list, const YamlNodePtr& inherited) {
  auto all = std::make_shared<YamlNode>(*list);
  for (auto& item : all->items) item = together(item, inherited);
  return all;
}

}  // namespace

YamlNodePtr inherit(const YamlNodePtr& stack, const YamlNodePtr& defaults) {
  if (!defaults || stack->kind != YamlNode::Kind::map) return stack;
  auto whole = std::make_shared<YamlNode>(*stack);
  for (const auto& pair : defaults->pairs) {
    const auto& key = pair.key->text;
    if (is_one_of(of_all, key)) continue;
    if (auto* own = find(*whole, key)) {
      const bool is_list = own->value->kind == YamlNode::Kind::list && key == "alloy";
      own->value = is_list ? each_together(own->value, pair.value) : together(own->value, pair.value);
    } else if (!is_one_of(with_address, key)) {
      whole->pairs.push_back(pair);
    }
  }
  return whole;
}

}  // namespace lgtmwatch
