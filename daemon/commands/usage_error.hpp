// What a wrong command line is answered with: the word that is wrong, before what is missing, and where help is.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace lgtmwatch {

// As CLI::App::failure_message() takes it; the app is the whole program.
std::string usage_error_text(const CLI::App* app, const CLI::Error& error);

}  // namespace lgtmwatch
