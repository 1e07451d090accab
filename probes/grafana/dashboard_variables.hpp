// The template variables of a dashboard: $name, ${name}, ${name:format} and [[name]] become the values that the
// dashboard was saved with, or the defaults of the variables.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/grafana/grafana_answers.hpp"

namespace lgtmwatch {

struct Variable {
  std::vector<std::string> values;
  bool guessed = false;    // no value was saved: it stands for everything
  bool looked_up = false;  // Grafana asks for its values anew, and what was saved may no longer be among them
};

using Variables = std::map<std::string, Variable, std::less<>>;

// templating: the dashboard's member of that name. datasources: where a variable chooses one of them.
Variables parse_variables(const boost::json::value& templating, const Datasources& datasources);

// Puts the values into texts, and remembers what that means for them. Names that are no variables of the dashboard stay
// as they are: Grafana's server replaces $__interval and its like.
struct Replacing {
  std::string replaced(std::string_view text);

  const Variables& variables;
  bool with_everything = false;  // instead of values that are looked up; label="$name" becomes label=~".*" then
  bool guessed = false;          // a text holds a value that is a guess, or that only a browser knows
  bool widened = false;          // a text holds everything instead of a value that is looked up
};

}  // namespace lgtmwatch
