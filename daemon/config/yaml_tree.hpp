// YAML text -> a tree of nodes that keeps every key, duplicates too, and where each was written.
//
// yaml-cpp's own nodes drop what a diagnostic needs; so this listens to its parser's events. Bounded: no
// more than 4 MiB of UTF-8, 64 levels and a million nodes after aliases were followed.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/diagnostics.hpp"

namespace lgtmwatch {

struct YamlNode;
using YamlNodePtr = std::shared_ptr<const YamlNode>;

struct YamlPair {
  YamlNodePtr key;
  YamlNodePtr value;
};

struct YamlNode {
  enum class Kind { empty, scalar, list, map };

  Kind kind = Kind::empty;
  int line = 0;  // from 1, in the line where the node begins
  int column = 0;
  std::string text;  // of a scalar
  std::vector<YamlNodePtr> items;
  std::vector<YamlPair> pairs;
  std::size_t size = 1;    // nodes in this subtree
  std::size_t height = 0;  // levels of lists and mappings in this subtree
};

// The root, or null with the error reported. A text without content gives an empty node.
YamlNodePtr parse_yaml(std::string_view text, Diagnostics& diagnostics);

}  // namespace lgtmwatch
