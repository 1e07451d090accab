// Diagnostic: one thing that is wrong with the configuration, where it is, and how to mend it.
//
// The loader makes them (daemon/config/load.hpp); commands and the daemon's log show them by render().
#pragma once

#include <string>
#include <string_view>

namespace lgtmwatch {

struct Diagnostic {
  enum class Severity { error, warning };

  Severity severity = Severity::error;
  int line = 0;      // from 1; 0 where it is unknown
  int column = 0;    // from 1, in characters
  std::string path;  // "stacks[0].loki.url"; "" for the whole file
  std::string message;
  std::string hint;  // may be empty
};

// As compilers print it, ending with a line feed:
//
//   lgtmwatch.yaml:4:5: error: stacks[0].lokki: unknown key 'lokki'
//       lokki: { url: http://loki:3100 }
//       ^
//   hint: did you mean 'loki'? allowed: loki, mimir, tempo
//
// Of a source line that may hold a secret only the part before it is shown.
std::string render(const Diagnostic& diagnostic, std::string_view file, std::string_view source);

}  // namespace lgtmwatch
