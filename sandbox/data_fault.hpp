// DataFault: a fault that is a file of faults/, compiled in: what changes in the answers of the doors while it is on.
// README.md says how such a file is written.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/base/embedded_file.hpp"
#include "daemon/base/result.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch::sandbox {

// What one door answers to one path. With a status or a body it answers in place of the component, which is not asked;
// else the component's own answer is changed.
struct ChangedAnswer {
  std::string door;
  std::string method;  // empty: any
  std::string path;    // without the query
  bool is_prefix = false;
  std::optional<int> status;
  std::string content_type = "text/plain; charset=utf-8";
  std::optional<std::string> body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> replaced;  // in the body: what, by what

  bool is_whole() const { return status || body; }
};

// What one door shows otherwise on /metrics. `series` is a series as it is written, with its labels, or the name of a
// family; a family that is renamed or removed may end in '*'.
struct ChangedFigure {
  enum class Kind { set, grow, remove, rename };

  std::string door;
  std::string series;
  Kind kind = Kind::set;
  double value = 0;  // of grow: for each second that the fault is on
  std::string name;  // of rename: the new one
};

struct DataFault {
  std::string name;
  std::string sentence;
  std::vector<std::string> targets;
  std::vector<std::string> silences;            // signals that the application stops to send
  std::map<std::string, std::string> attempts;  // of Alloy's exporters, by backend, or "loki/otlp": what they end with
  std::map<std::string, std::string> doors;     // their states: "refusing", "hanging", "hanging_up", "expecting_tls"
  std::map<std::string, Duration> clocks;       // by door: how far its clock is ahead
  std::vector<ChangedAnswer> answers;
  std::vector<ChangedFigure> metrics;
  boost::json::object containers;                          // a merge patch (RFC 7396) by name
  std::map<std::string, std::vector<std::string>> writes;  // by container: lines of its log
};

// What is wrong with the file, or the fault for one target ("" where it has none): "{target}" stands for it, "{port}"
// for the port that it commonly has, and what a door tells that is itself a target holds for that target alone.
Result<DataFault> parse_data_fault(const EmbeddedFile& file, std::string_view target = {});

// The files of faults/.
std::span<const EmbeddedFile> fault_files();

}  // namespace lgtmwatch::sandbox
