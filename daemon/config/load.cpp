#include "daemon/config/load.hpp"

#include <filesystem>
#include <functional>

#include "daemon/config/check_settings.hpp"
#include "daemon/config/defaults.hpp"
#include "daemon/config/effective.hpp"
#include "daemon/config/finalize.hpp"
#include "daemon/config/read_settings.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace lgtmwatch {

std::optional<std::size_t> hash_of(const Result<std::string>& content) {
  return content ? std::optional(std::hash<std::string>()(*content)) : std::nullopt;
}

Environment noting(const Environment& environment, FileContents& files) {
  return {environment.variable,
          [&](const std::string& path) {
            auto content = environment.read_file(path);
            files[path] = hash_of(content);
            return content;
          },
          environment.now};
}

FileContents contents_now(FileContents files, const Environment& environment) {
  for (auto& [path, content] : files) content = hash_of(environment.read_file(path));
  return files;
}

LoadedConfig load_config(std::string_view text, const std::string& file, const Environment& environment,
                         const FoundTargets& found) {
  LoadedConfig loaded;
  Diagnostics diagnostics;
  const auto outside = noting(environment, loaded.files);
  if (const auto root = parse_yaml(text, diagnostics)) {
    ReadContext context{outside, std::filesystem::path(file).parent_path().string(), diagnostics};
    const auto settings = read_settings(YamlValue(root, {root->line, root->column, ""}, context), found);
    check_settings(settings, diagnostics);
    check_maintenance(settings, environment.now ? std::optional(environment.now()) : std::nullopt, diagnostics);
    if (!diagnostics.has_errors()) {
      loaded.plan = finalize(settings);
      loaded.discovery = finalize_discovery(settings);
      loaded.listed = settings.listed;
      loaded.notify = finalize_notify(settings.notify);
      loaded.effective =
          effective_yaml(*loaded.plan, loaded.listed, loaded.discovery, loaded.notify, interval_of(settings));
    }
  }
  loaded.diagnostics = diagnostics.sorted(text);
  return loaded;
}

}  // namespace lgtmwatch
