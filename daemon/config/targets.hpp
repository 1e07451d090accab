// Targets: what a file or an HTTP server of service discovery says of stacks, in the formats of Prometheus' file_sd and
// http_sd: a list of { targets: [HOST:PORT, …], labels: { __lgtmwatch_stack__: NAME, … } }.
//
// parse_targets() reads one document; load_config() makes stacks of the targets of all of them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lgtmwatch {

enum class TargetFormat { json, yaml };

// One target, with what its labels say. Its words and its address are valid.
struct Target {
  bool operator==(const Target&) const = default;

  std::string where;  // for messages: "stacks.d/a.json[3]"
  std::string stack;
  std::string component;
  std::string address;  // a URL; HOST:PORT for OTLP over gRPC
  std::optional<std::string> tenant;
  std::string kind;      // of a Mimir or a receiver; empty where none is given
  std::string name;      // of the Alloy; empty where none is given
  std::string receiver;  // empty where it is no receiver
};

struct TargetProblem {
  bool operator==(const TargetProblem&) const = default;

  std::string where;  // "stacks.d/a.json[3].labels.__scheme__"
  std::string what;
  std::string hint{};
};

struct ParsedTargets {
  std::vector<Target> targets;          // none where there is a problem
  std::vector<TargetProblem> problems;  // at most a few dozen
};

// `source` names the document in messages. Never throws; any bytes are allowed.
ParsedTargets parse_targets(std::string_view text, const std::string& source, TargetFormat format);

// By the source that the configuration names (a pattern of files, an address), and there by the document.
using FoundTargets = std::map<std::string, std::map<std::string, std::vector<Target>>>;

}  // namespace lgtmwatch
