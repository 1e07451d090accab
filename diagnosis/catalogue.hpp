// The catalogue of causes: of each what it means, how it is recognised and mended, and what tells it from its
// neighbours. `lgtmwatch explain` shows it.
//
// A page is a file of causes/, compiled in; docs/diagnosis.md says how it is written. tests/lint/causes.py holds the
// pages against the rules.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/embedded_file.hpp"
#include "daemon/base/result.hpp"
#include "daemon/model/words.hpp"

namespace lgtmwatch {

// Whether this version can find it: as the cause of a finding, as an alternative of other findings alone, by an alert
// rule over its own metrics alone, or not at all.
enum class Recognised { yes, alternative, alert, no };

std::string_view to_string(Recognised recognised);

struct Cause {
  std::string id;
  Stage stage = Stage::source;
  std::vector<Signal> signals;
  std::optional<Severity> severity;  // at its worst; none where it looks like a fault and is none
  Recognised recognised = Recognised::no;
  std::string summary;                  // the first sentence of what it means, on one line
  std::vector<std::string> neighbours;  // their ids
  std::string_view page;                // all of it, in Markdown

  bool is_fault() const { return severity.has_value(); }
};

inline constexpr std::array cause_sections{"What it means", "How it is recognised", "How it is mended",
                                           "Its neighbours"};

// What is wrong with the page, or the cause that it describes; it keeps a view of the page.
Result<Cause> parse_cause(const EmbeddedFile& page);

class Catalogue {
 public:
  // Of pages that do not parse, which a test keeps out, nothing is known.
  explicit Catalogue(std::span<const EmbeddedFile> pages);

  const std::vector<Cause>& causes() const { return causes_; }  // in the order of stage and id
  const Cause* find(std::string_view id) const;                 // null where there is none

 private:
  std::vector<Cause> causes_;
};

// The pages of causes/.
std::span<const EmbeddedFile> cause_pages();

}  // namespace lgtmwatch
