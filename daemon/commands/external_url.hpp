// The flag --web.external-url, as several commands take it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace lgtmwatch {

// The URL is kept without a slash at its end. What is none is an error of the command line that says why.
void add_external_url_flag(CLI::App& command, std::string& url);

}  // namespace lgtmwatch
