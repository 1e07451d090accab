// Typed reading of one value of the YAML tree. Whatever is not as it should be is reported with its place, and the
// reader gives nothing instead; reading goes on, so that all errors are found. map_reader.hpp reads mappings.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/page.hpp"
#include "daemon/base/secret.hpp"
#include "daemon/base/time.hpp"
#include "daemon/base/url.hpp"
#include "daemon/config/diagnostics.hpp"
#include "daemon/config/load.hpp"
#include "daemon/config/schema.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace lgtmwatch {

struct ReadContext {
  const Environment& environment;
  std::string folder;  // of the configuration file; relative paths begin there
  Diagnostics& diagnostics;
};

struct ReadFile {
  std::string path;
  std::string content;
};

// A word that may be written, and what it stands for.
template <class T>
struct Choice {
  std::string_view word;
  T value;
};

class YamlValue {
 public:
  YamlValue(YamlNodePtr node, Place place, ReadContext& context);
  // Stands for any value: notes what is asked of it, and gives nothing.
  static YamlValue recording(SchemaPtr schema, ReadContext& context);

  const YamlNode& node() const { return *node_; }
  const YamlNodePtr& shared_node() const { return node_; }
  const Place& place() const { return place_; }
  ReadContext& context() const { return *context_; }
  bool is_map() const { return node_->kind == YamlNode::Kind::map; }
  YamlValue child(YamlNodePtr node, const YamlNode& beside, const std::string& path) const;

  std::vector<YamlValue> items() const;        // of a list
  std::vector<YamlValue> maps() const;         // of a list of mappings; what is none is reported and left out
  std::vector<YamlValue> map_or_maps() const;  // a mapping alone is a list of one
  // As maps(), where a key (or "KEY: WORD") decides which other keys a mapping has.
  std::vector<YamlValue> maps_by(const std::vector<std::string>& deciding) const;
  Setting<std::string> text() const;              // variables filled in; may be empty
  Setting<std::string> name() const;              // not empty, UTF-8, without control characters
  Setting<std::string> secret() const;            // as text; no message shows it
  Setting<std::string> secret_from_file() const;  // the content of the file that is named
  Setting<ReadFile> file() const;                 // a file that can be read
  Setting<Duration> duration() const;
  Setting<WallTime> time() const;  // RFC 3339; fractions of a second are cut off
  Setting<bool> boolean() const;
  Setting<Url> url() const;
  Setting<Page> page() const;
  Setting<Url> proxy_url() const;                   // http://HOST:PORT
  Setting<Url> grpc_endpoint(bool with_tls) const;  // HOST:PORT, with TLS or without, or a URL that says it itself
  Setting<Url> docker_socket(bool with_tls) const;  // a URL, or tcp://HOST:PORT
  std::vector<Given<std::string>> names() const;

  template <class T, std::size_t N>
  Setting<T> choice(const std::array<Choice<T>, N>& choices) const {
    std::vector<std::string_view> words;
    for (const auto& each : choices) words.push_back(each.word);
    const auto index = choose(words);
    return index ? Setting<T>({choices[*index].value, place_}) : std::nullopt;
  }

  void error(std::string message, std::string hint = {}) const;
  void warning(std::string message, std::string hint = {}) const;
  void wrong_type(std::string_view expected) const;

 private:
  friend class MapReader;

  bool is_noted(Schema::Kind kind) const;  // true while recording
  std::optional<std::size_t> choose(const std::vector<std::string_view>& words) const;
  std::string path_of(const std::string& file) const;
  template <class T>
  Setting<T> parsed(const std::function<Result<T>(std::string_view)>& parse) const;

  YamlNodePtr node_;
  Place place_;
  ReadContext* context_;
  SchemaPtr schema_;      // while recording, else null
  std::string deciding_;  // while recording: the key, or the word, that it must have
};

}  // namespace lgtmwatch
