// The flag --web.external-url, as several commands take it: where a browser reaches this instance.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

namespace lgtmwatch {

CLI::Option* add_external_url_flag(CLI::App& command, std::string& url);

// Without a slash at its end. Nothing where it is no address for a browser; that was said on standard error.
std::optional<std::string> checked_external_url(const std::string& url);

}  // namespace lgtmwatch
