#include "daemon/web_config_file.hpp"

namespace lgtmwatch {
namespace {

void refuse_tls(LoadedWebConfig& loaded, const Error& error) {
  loaded.plan.reset();
  loaded.effective.clear();
  loaded.diagnostics.push_back(
      {Diagnostic::Severity::error, loaded.tls.line, loaded.tls.column, loaded.tls.path, error.what, error.hint});
}

WebConfigFile load(std::string text, const std::string& file, const Environment& environment) {
  auto loaded = load_web_config(text, file, environment);
  WebConfigFile config{file, environment, std::move(text), std::move(loaded), nullptr};
  if (!config.loaded.plan || !config.loaded.plan->tls) return config;
  auto tls = make_server_tls(*config.loaded.plan->tls);
  if (tls)
    config.tls = std::move(*tls);
  else
    refuse_tls(config.loaded, tls.error());
  return config;
}

}  // namespace

Result<WebConfigFile> read_web_config_file(const std::string& file, const Environment& environment) {
  auto text = environment.read_file(file);
  if (!text) return text.error();
  return load(std::move(*text), file, environment);
}

WebConfigFile load_again(const WebConfigFile& config) { return load(config.text, config.file, config.environment); }

}  // namespace lgtmwatch
