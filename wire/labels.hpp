// Labels, and the selectors that LogQL and PromQL share: {service_name="x", container!="", job=~".+"}.
//
// Of regular expressions only ".+" (present), ".*" (anything) and alternatives of plain words ("a|b\.c") are known.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lgtmwatch::wire {

using Labels = std::map<std::string, std::string>;

struct Matcher {
  enum class Kind { equal, not_equal, one_of, present, any };

  std::string name;
  Kind kind = Kind::equal;
  std::string value;                // of equal and not_equal; "" stands for an absent label
  std::vector<std::string> values;  // of one_of
};

using Selector = std::vector<Matcher>;

// Nothing where the text is not a selector, or not of a form that is known here.
std::optional<Selector> parse_selector(std::string_view text);
bool matches(const Selector& selector, const Labels& labels);
// True where at least one matcher asks for something: Loki refuses a selector without.
bool asks_for_something(const Selector& selector);

// {a="b", c="d"} as labels, where every matcher is an equality.
std::optional<Labels> parse_labels(std::string_view text);

}  // namespace lgtmwatch::wire
