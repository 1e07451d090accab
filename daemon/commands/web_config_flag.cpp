#include "daemon/commands/web_config_flag.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "daemon/commands/complain.hpp"
#include "daemon/config_file.hpp"

namespace lgtmwatch {

void add_web_config_flag(CLI::App& command, std::string& file) {
  command
      .add_option("--web.config.file", file,
                  "Web configuration, with TLS and users of the web interface, in the format of Prometheus")
      ->envname("LGTMWATCH_WEB_CONFIG_FILE");
}

std::optional<WebConfigFile> read_web_config(const std::string& file, const Outside& outside, bool with_warnings) {
  auto web = read_web_config_file(file, {outside.variable, read_file});
  if (!web) {
    complain("--web.config.file: " + web.error().what, web.error().hint);
    return std::nullopt;
  }
  const bool is_bad = !web->loaded.plan;
  if (with_warnings || is_bad)
    fmt::print(stderr, "{}", render_diagnostics(web->loaded.diagnostics, web->file, web->text, true));
  if (is_bad) return std::nullopt;
  return std::move(*web);
}

}  // namespace lgtmwatch
