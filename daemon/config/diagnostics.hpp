// Place, Given and Diagnostics: how the parts of this room say where a value was written and what is wrong there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/diagnostic.hpp"

namespace lgtmwatch {

// Where something is written, and how it is called.
struct Place {
  int line = 0;
  int column = 0;
  std::string path;
};

// A value that was written, and where.
template <class T>
struct Given {
  T value;
  Place place;
};

template <class T>
using Setting = std::optional<Given<T>>;

template <class T>
T value_or(const Setting<T>& setting, T otherwise) {
  return setting ? setting->value : otherwise;
}

// Collects what is wrong. Beyond a thousand entries it only counts.
class Diagnostics {
 public:
  void error(const Place& place, std::string message, std::string hint = {});
  void warning(const Place& place, std::string message, std::string hint = {});
  bool has_errors() const { return has_errors_; }
  // In the order of the file, whose text it is; columns count characters.
  std::vector<Diagnostic> sorted(std::string_view text) const;

 private:
  void add(Diagnostic::Severity severity, const Place& place, std::string message, std::string hint);

  std::vector<Diagnostic> entries_;
  std::size_t unlisted_ = 0;
  bool has_errors_ = false;
};

// "did you mean 'loki'? allowed: loki, tempo"; without the question where none of the names is near.
std::string suggest(std::string_view written, const std::vector<std::string_view>& names);

// Those that contain what was written, else those that are spelled most like it; at most `count`.
std::vector<std::string_view> nearest_names(std::string_view written, const std::vector<std::string_view>& names,
                                            std::size_t count);

// Replaces user:password of every address in the text by ***, also of one without a scheme.
std::string mask_credentials(std::string text);

// Control characters as '?', so that a value can be shown on one line of a terminal.
std::string printable(std::string text);

}  // namespace lgtmwatch
