// Reads the configuration: YAML text -> Plan, or everything that is wrong with it.
//
// Used by the commands and by the daemon's reload. The room reads no file and no environment variable by
// itself: both come in by Environment. Inside: yaml_tree (text -> nodes), yaml_reader (nodes -> typed values),
// settings (what was written), check (what cannot be), finalize (Settings -> Plan), effective (Plan -> YAML).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/result.hpp"
#include "daemon/base/time.hpp"
#include "daemon/config/diagnostic.hpp"
#include "daemon/config/targets.hpp"
#include "daemon/model/discovery_plan.hpp"
#include "daemon/model/notify_plan.hpp"
#include "daemon/model/plan.hpp"

namespace lgtmwatch {

// What the configuration may ask of the outside.
struct Environment {
  // The value of ${NAME}; nothing where it is not set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // The content of a secret's file or a certificate. A relative path was already joined to the configuration's folder.
  std::function<Result<std::string>(const std::string& path)> read_file;
  // What time it is, for warnings of what is over; where there is none, nothing is.
  std::function<WallTime()> now{};
};

// Hashes of the contents by path; nothing where a file could not be read.
using FileContents = std::map<std::string, std::optional<std::size_t>>;

std::optional<std::size_t> hash_of(const Result<std::string>& content);
// The same environment, which notes in `files` what is asked for.
Environment noting(const Environment& environment, FileContents& files);
// What the same files hold now.
FileContents contents_now(FileContents files, const Environment& environment);

struct LoadedConfig {
  std::optional<Plan> plan;             // absent where there is at least one error
  DiscoveryPlan discovery;              // where more stacks are looked for
  std::size_t listed = 0;               // the stacks of the plan that the file lists; they come before those found
  NotifyPlan notify;                    // who is told; nobody where there is no plan
  std::vector<Diagnostic> diagnostics;  // all errors and warnings, in the order of the file
  std::string effective;                // the plan as YAML with every default filled in and secrets masked as ***
  FileContents files;                   // every file that was asked for
};

// `file` is the name of the file that `text` came from. Never throws; any bytes are allowed as text.
// `found` is what was found where the configuration says that stacks are looked for.
LoadedConfig load_config(std::string_view text, const std::string& file, const Environment& environment,
                         const FoundTargets& found = {});

}  // namespace lgtmwatch
