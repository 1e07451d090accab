#include "daemon/config/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "daemon/config/clean_text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_bytes = 4u << 20;
constexpr std::size_t most_levels = 64;
constexpr std::size_t most_nodes = 1'000'000;
constexpr std::string_view standard_tag = "tag:yaml.org,2002:";

class TreeBuilder : public YAML::EventHandler {
 public:
  YamlNodePtr root() const { return root_; }
  const YAML::Mark& last_scalar() const { return last_scalar_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) throw YAML::Exception(mark, "a second document begins here; the configuration is one document");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(mark, YamlNode::Kind::empty, {}, anchor); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw YAML::Exception(mark, "an alias must not stand inside of what it names");
    check_bounds(mark, found->second->size, found->second->height);
    attach(found->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    add(mark, YamlNode::Kind::scalar, value, anchor);
    last_scalar_ = mark;
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor;
    YamlNodePtr key;  // read, and waiting for its value
  };

  static std::shared_ptr<YamlNode> make(const YAML::Mark& mark, YamlNode::Kind kind) {
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->line = mark.line + 1;
    node->column = mark.column + 1;
    node->height = kind == YamlNode::Kind::list || kind == YamlNode::Kind::map ? 1 : 0;
    return node;
  }

  static void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!" || tag.starts_with(standard_tag)) return;
    throw YAML::Exception(mark, fmt::format("the tag '{}' is not supported", tag));
  }

  void check_bounds(const YAML::Mark& mark, std::size_t size, std::size_t height) {
    nodes_ += size;
    if (nodes_ > most_nodes)
      throw YAML::Exception(mark, fmt::format("the configuration holds more than {} nodes", most_nodes));
    if (levels_.size() + height > most_levels)
      throw YAML::Exception(mark, fmt::format("the configuration is nested deeper than {} levels", most_levels));
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
    check_tag(mark, tag);
    check_bounds(mark, 1, 1);
    levels_.push_back({make(mark, kind), anchor, nullptr});
  }

  void close() {
    const auto level = std::move(levels_.back());
    levels_.pop_back();
    keep(level.node, level.anchor);
  }

  void add(const YAML::Mark& mark, YamlNode::Kind kind, const std::string& text, YAML::anchor_t anchor) {
    check_bounds(mark, 1, 0);
    auto node = make(mark, kind);
    node->text = text;
    keep(std::move(node), anchor);
  }

  void keep(YamlNodePtr node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    attach(std::move(node));
  }

  void attach(YamlNodePtr node) {
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& level = levels_.back();
    level.node->size += node->size;
    level.node->height = std::max(level.node->height, node->height + 1);
    if (level.node->kind == YamlNode::Kind::list) {
      level.node->items.push_back(std::move(node));
    } else if (!level.key) {
      level.key = std::move(node);
    } else {
      level.node->pairs.push_back({std::move(level.key), std::move(node)});
      level.key = nullptr;
    }
  }

  YamlNodePtr root_;
  std::vector<Level> levels_;
  std::map<YAML::anchor_t, YamlNodePtr> anchors_;
  YAML::Mark last_scalar_ = YAML::Mark::null_mark();
  std::size_t nodes_ = 0;
};

// False where the text ends inside of quotes, which yaml-cpp takes for closed.
bool is_closed(std::string_view scalar) {
  const bool is_quoted = scalar.starts_with('"') || scalar.starts_with('\'');
  if (!is_quoted) return true;
  const char quote = scalar.front();
  for (std::size_t i = 1; i < scalar.size(); ++i) {
    const bool is_doubled = scalar.substr(i).starts_with("''");
    if (quote == '"' ? scalar[i] == '\\' : is_doubled) {
      ++i;
    } else if (scalar[i] == quote) {
      return true;
    }
  }
  return false;
}

bool check_text(std::string_view text, Diagnostics& diagnostics) {
  if (text.size() > most_bytes) {
    diagnostics.error({},
                      fmt::format("the configuration is {} bytes long; at most {} are read", text.size(), most_bytes),
                      "split it over several instances");
    return false;
  }
  const auto valid = text.substr(0, utf8_prefix(text));
  if (valid.size() == text.size()) return true;
  const auto line = static_cast<int>(std::count(valid.begin(), valid.end(), '\n')) + 1;
  const auto column = static_cast<int>(valid.size() - (valid.rfind('\n') + 1)) + 1;
  diagnostics.error({line, column, ""}, "the configuration is not UTF-8 text", "save the file as UTF-8");
  return false;
}

}  // namespace

YamlNodePtr parse_yaml(std::string_view text, Diagnostics& diagnostics) {
  if (!check_text(text, diagnostics)) return nullptr;
  TreeBuilder builder;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) continue;
    const auto& last = builder.last_scalar();
    if (!last.is_null() && !is_closed(text.substr(std::min<std::size_t>(last.pos, text.size()))))
      throw YAML::Exception(last, "the quoted text that begins here has no end");
  } catch (const YAML::Exception& error) {
    const Place place{error.mark.line + 1, error.mark.column + 1, ""};
    diagnostics.error(place, fmt::format("this is not YAML that can be read: {}", error.msg));
    return nullptr;
  }
  return builder.root() ? builder.root() : std::make_shared<YamlNode>();
}

}  // namespace lgtmwatch
