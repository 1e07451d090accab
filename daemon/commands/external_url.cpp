#include "daemon/commands/external_url.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "daemon/base/url.hpp"

namespace lgtmwatch {

CLI::Option* add_external_url_flag(CLI::App& command, std::string& url) {
  return command.add_option("--web.external-url", url, "Where a browser reaches lgtmwatch, for the links to it")
      ->envname("LGTMWATCH_WEB_EXTERNAL_URL");
}

std::optional<std::string> checked_external_url(const std::string& url) {
  const auto parsed = Url::parse(url);
  if (parsed && parsed->scheme() != Url::Scheme::unix_socket) return parsed->text();
  const auto problem = parsed ? fmt::format("'{}' is no address for a browser", url) : parsed.error().what;
  fmt::print(stderr, "error: --web.external-url: {}\nhint: write it as a browser reaches lgtmwatch: {}\n", problem,
             "http://HOST:PORT or https://HOST/PREFIX");
  return std::nullopt;
}

}  // namespace lgtmwatch
