#include "daemon/config/substitute.hpp"

#include <algorithm>
#include <cctype>

namespace lgtmwatch {
namespace {

constexpr std::string_view default_mark = ":-";

bool is_variable_name(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

// What stands between the braces.
void expand(std::string_view inside, const VariableLookup& variable, Substitution& result) {
  const auto mark = inside.find(default_mark);
  const auto name = std::string(inside.substr(0, mark));
  if (!is_variable_name(name)) {
    result.problems.emplace_back("what stands between '${' and '}' is not the name of a variable");
    return;
  }
  const auto value = variable(name);
  if (mark != std::string_view::npos && value.value_or("").empty()) {
    result.text += inside.substr(mark + default_mark.size());
  } else if (value) {
    result.text += *value;
  } else {
    result.unset.push_back(name);
  }
}

}  // namespace

Substitution substitute(std::string_view text, const VariableLookup& variable) {
  Substitution result;
  while (true) {
    const auto dollar = text.find('$');
    result.text += text.substr(0, dollar);
    if (dollar == std::string_view::npos) return result;
    text.remove_prefix(dollar + 1);
    if (text.starts_with('$')) {
      result.text += '$';
      text.remove_prefix(1);
    } else if (text.starts_with('{')) {
      const auto end = text.find('}');
      if (end == std::string_view::npos) {
        result.problems.emplace_back("a '${' has no '}'");
        return result;
      }
      expand(text.substr(1, end - 1), variable, result);
      text.remove_prefix(end + 1);
    } else {
      result.text += '$';
    }
  }
}

}  // namespace lgtmwatch
