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
  bool guessed = false;  // no value was saved: it stands for everything
};

using Variables = std::map<std::string, Variable, std::less<>>;

// templating: the dashboard's member of that name. datasources: where a variable chooses one of them.
Variables parse_variables(const boost::json::value& templating, const Datasources& datasources);

struct Replaced {
  std::string text;
  bool guessed = false;  // holds a value that is a guess
};

// Names that are no variables of the dashboard stay as they are: Grafana itself replaces $__interval and its like.
Replaced replace_variables(std::string_view text, const Variables& variables);

}  // namespace lgtmwatch
