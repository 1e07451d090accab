// How a command says on stderr that it cannot be done, and how to mend it.
#pragma once

#include <string_view>

namespace lgtmwatch {

// Gives the exit code back: 2 is a wrong command line or configuration.
int complain(std::string_view what, std::string_view hint, int code = 2);

}  // namespace lgtmwatch
