// WebConfigFile: the web configuration of this process (--web.config.file), as it was last read.
#pragma once

#include <memory>
#include <string>

#include "daemon/config/web_config.hpp"
#include "daemon/net/http_server.hpp"

namespace lgtmwatch {

struct WebConfigFile {
  std::string file;
  Environment environment;
  std::string text;
  LoadedWebConfig loaded;
  std::shared_ptr<ServerTls> tls;  // made of the plan, where that has any
};

// Error where the file cannot be read; what is wrong in it, or in the certificates that it names, is in
// loaded.diagnostics.
Result<WebConfigFile> read_web_config_file(const std::string& file, const Environment& environment);

// The same text with what its files hold now.
WebConfigFile load_again(const WebConfigFile& config);

}  // namespace lgtmwatch
