// ${NAME} and ${NAME:-default} in one value of the configuration; $$ is a dollar.
//
// Done after the YAML was read, so that a variable cannot change its structure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lgtmwatch {

struct Substitution {
  std::string text;
  std::vector<std::string> unset;     // variables that are neither set nor given a default
  std::vector<std::string> problems;  // what is written wrongly; never holds the value
};

using VariableLookup = std::function<std::optional<std::string>(const std::string& name)>;

// As in a shell, the default also stands in for a variable that is set but empty.
Substitution substitute(std::string_view text, const VariableLookup& variable);

}  // namespace lgtmwatch
