// The JSON schema of the configuration, for editors. It is not written down a second time: the readers are run over a
// value that records what they ask for (YamlValue::recording), and this is what they asked.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace lgtmwatch {

struct Schema;
using SchemaPtr = std::shared_ptr<Schema>;

// What was asked of one value.
struct Schema {
  enum class Kind {
    scalar,
    name,
    file,
    boolean,
    duration,
    time,
    url,
    page,
    proxy_url,
    grpc_endpoint,
    docker_socket,
    words,
    list,
    map
  };

  Kind kind = Kind::map;
  std::vector<std::string> words;
  std::vector<SchemaPtr> items;  // of a list: each item is one of them
  bool or_single = false;        // of a list: its only item may stand alone
  std::map<std::string, SchemaPtr> keys;
  SchemaPtr other_keys;  // where the user chooses the keys
  std::set<std::string> required;
  std::vector<std::set<std::string>> one_required;  // one of each set
};

// Draft 7, as yaml-language-server reads it.
std::string config_schema();

}  // namespace lgtmwatch
