#include "wire/labels.hpp"

#include <algorithm>

namespace lgtmwatch::wire {
namespace {

bool is_name(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || (!first && c >= '0' && c <= '9');
}

class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  void skip_spaces() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t' || rest_.front() == '\n'))
      rest_.remove_prefix(1);
  }
  bool take(std::string_view token) {
    skip_spaces();
    if (rest_.substr(0, token.size()) != token) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  std::string name() {
    skip_spaces();
    std::string out;
    while (!rest_.empty() && is_name(rest_.front(), out.empty())) out += pop();
    return out;
  }
  std::optional<std::string> quoted() {
    skip_spaces();
    if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '`')) return std::nullopt;
    const char quote = pop();
    std::string out;
    while (!rest_.empty() && rest_.front() != quote) {
      const bool escape = quote == '"' && rest_.front() == '\\' && rest_.size() > 1;
      if (escape) pop();
      const char c = pop();
      out += escape && c == 'n' ? '\n' : escape && c == 't' ? '\t' : c;
    }
    if (rest_.empty()) return std::nullopt;
    pop();
    return out;
  }
  bool at_end() {
    skip_spaces();
    return rest_.empty();
  }

 private:
  char pop() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
};

// The words of "a|b\\.c"; nothing where the expression is more than that.
std::optional<std::vector<std::string>> alternatives(std::string_view regex) {
  constexpr std::string_view special = ".+*?()[]{}^$";
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < regex.size(); ++i) {
    const bool escape = regex[i] == '\\' && i + 1 < regex.size();
    if (escape && (special.find(regex[i + 1]) == std::string_view::npos && regex[i + 1] != '|' && regex[i + 1] != '\\'))
      return std::nullopt;
    if (!escape && (special.find(regex[i]) != std::string_view::npos || regex[i] == '\\')) return std::nullopt;
    if (!escape && regex[i] == '|')
      words.emplace_back();
    else
      words.back() += regex[escape ? ++i : i];
  }
  return words;
}

bool read_regex(Matcher& matcher, const std::string& regex) {
  if (regex == ".+" || regex == ".*") {
    matcher.kind = regex == ".+" ? Matcher::Kind::present : Matcher::Kind::any;
    return true;
  }
  auto words = alternatives(regex);
  matcher.kind = Matcher::Kind::one_of;
  if (words) matcher.values = std::move(*words);
  return words.has_value();
}

std::optional<Matcher> parse_matcher(Cursor& cursor) {
  Matcher matcher;
  matcher.name = cursor.name();
  const bool regex = cursor.take("=~");
  const bool differs = !regex && cursor.take("!=");
  if (matcher.name.empty() || (!regex && !differs && !cursor.take("="))) return std::nullopt;
  auto value = cursor.quoted();
  if (!value || (regex && !read_regex(matcher, *value))) return std::nullopt;
  if (regex) return matcher;
  matcher.kind = differs ? Matcher::Kind::not_equal : Matcher::Kind::equal;
  matcher.value = std::move(*value);
  return matcher;
}

bool matches(const Matcher& matcher, const Labels& labels) {
  const auto found = labels.find(matcher.name);
  const std::string_view value = found == labels.end() ? std::string_view() : std::string_view(found->second);
  switch (matcher.kind) {
    case Matcher::Kind::equal: return value == matcher.value;
    case Matcher::Kind::not_equal: return value != matcher.value;
    case Matcher::Kind::one_of:
      return std::find(matcher.values.begin(), matcher.values.end(), value) != matcher.values.end();
    case Matcher::Kind::present: return !value.empty();
    case Matcher::Kind::any: return true;
  }
  return false;
}

}  // namespace

std::optional<Selector> parse_selector(std::string_view text) {
  Cursor cursor(text);
  Selector selector;
  if (!cursor.take("{")) return std::nullopt;
  while (!cursor.take("}")) {
    if (!selector.empty() && !cursor.take(",")) return std::nullopt;
    if (!selector.empty() && cursor.take("}")) break;
    auto matcher = parse_matcher(cursor);
    if (!matcher) return std::nullopt;
    selector.push_back(std::move(*matcher));
  }
  if (!cursor.at_end()) return std::nullopt;
  return selector;
}

bool matches(const Selector& selector, const Labels& labels) {
  for (const auto& matcher : selector)
    if (!matches(matcher, labels)) return false;
  return true;
}

bool asks_for_something(const Selector& selector) {
  for (const auto& matcher : selector) {
    if (matcher.kind == Matcher::Kind::present) return true;
    if (matcher.kind == Matcher::Kind::one_of && !matches(matcher, Labels())) return true;
    if (matcher.kind == Matcher::Kind::equal && !matcher.value.empty()) return true;
    if (matcher.kind == Matcher::Kind::not_equal && matcher.value.empty()) return true;
  }
  return false;
}

std::optional<Labels> parse_labels(std::string_view text) {
  const auto selector = parse_selector(text);
  if (!selector) return std::nullopt;
  Labels labels;
  for (const auto& matcher : *selector) {
    if (matcher.kind != Matcher::Kind::equal) return std::nullopt;
    labels[matcher.name] = matcher.value;
  }
  return labels;
}

}  // namespace lgtmwatch::wire
