#include "probes/alerting/promql_metrics.hpp"

#include <algorithm>
#include <array>

#include "probes/grafana/seldom_data.hpp"

namespace lgtmwatch {
namespace {

constexpr std::array<std::string_view, 12> aggregations{
    "sum", "min", "max", "avg", "group", "stddev", "stdvar", "count_values", "bottomk", "topk", "quantile", "count"};
constexpr std::array<std::string_view, 11> keywords{"and",   "or",  "unless", "bool", "offset", "atan2",
                                                    "start", "end", "inf",    "nan",  "default"};
constexpr std::array<std::string_view, 6> groupings{"by", "without", "on", "ignoring", "group_left", "group_right"};
constexpr std::array<std::string_view, 2> about_absence{"absent", "absent_over_time"};
constexpr std::array<std::string_view, 2> own_of_rulers{"ALERTS", "ALERTS_FOR_STATE"};

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':'; }
bool is_in_word(char c) { return begins_word(c) || is_digit(c); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string lower(std::string_view text) {
  std::string made(text);
  for (auto& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return made;
}

class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  AskedMetrics walk() {
    while (skip_space()) step();
    for (const auto& name : absent_)
      selectors_.erase(
          std::remove_if(selectors_.begin(), selectors_.end(), [&](const Selector& each) { return each.name == name; }),
          selectors_.end());
    AskedMetrics asked;
    asked.any_suffices = or_;
    if (or_ && (unclear_ || unless_)) return asked;
    for (const auto& each : selectors_)
      if (!is_one_of(each.text, asked.selectors)) asked.selectors.push_back(each.text);
    return asked;
  }

 private:
  struct Selector {
    std::string name;
    std::string text;
  };

  bool skip_space() {
    while (at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == '#')) {
      if (text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size());
      if (at_ < text_.size()) ++at_;
    }
    return at_ < text_.size();
  }

  bool next_is(char c) { return skip_space() && text_[at_] == c; }

  void step() {
    const char c = text_[at_];
    if (c == '"' || c == '\'' || c == '`') {
      take_text();
    } else if (begins_word(c)) {
      take_word();
    } else if (is_digit(c) || c == '.') {
      take_number();
    } else if (c == '[') {
      at_ = std::min(text_.find(']', at_), text_.size() - 1) + 1;
    } else if (c == '{') {
      unclear_ = true;
      take_matchers();
    } else {
      open_ += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (open_ < absent_from_) absent_from_ = 0;
      ++at_;
    }
  }

  // As written, between the quotes.
  std::string_view take_text() {
    const char quote = text_[at_++];
    const auto begin = at_;
    while (at_ < text_.size() && text_[at_] != quote) at_ += text_[at_] == '\\' && quote != '`' ? 2 : 1;
    at_ = std::min(at_, text_.size());
    const auto inner = text_.substr(begin, at_ - begin);
    if (at_ < text_.size()) ++at_;
    return inner;
  }

  // Durations and exponents as well: 5m, 1e-3, 0x1F.
  void take_number() {
    while (at_ < text_.size() && (is_in_word(text_[at_]) || text_[at_] == '.')) {
      const bool exponent = text_[at_] == 'e' || text_[at_] == 'E';
      ++at_;
      if (exponent && at_ + 1 < text_.size() && (text_[at_] == '-' || text_[at_] == '+') && is_digit(text_[at_ + 1]))
        ++at_;
    }
  }

  void take_word() {
    const auto begin = at_;
    while (at_ < text_.size() && is_in_word(text_[at_])) ++at_;
    const auto word = text_.substr(begin, at_ - begin);
    const auto plain = lower(word);
    if (is_one_of(plain, groupings)) return skip_labels();
    if (plain == "or") or_ = true;
    if (plain == "unless") unless_ = true;  // what stands behind it need not be there
    if (is_one_of(plain, keywords)) return;
    if (is_one_of(plain, aggregations)) return;
    if (next_is('(')) return take_function(plain);
    take_metric(std::string(word));
  }

  void skip_labels() {
    if (next_is('(')) at_ = std::min(text_.find(')', at_), text_.size() - 1) + 1;
  }

  void take_function(const std::string& name) {
    if (is_one_of(name, about_absence) && absent_from_ == 0) absent_from_ = open_ + 1;
    // They are there without any metric.
    if (is_one_of(name, about_absence) || name == "vector" || name == "time") unclear_ = true;
  }

  void take_metric(std::string name) {
    const auto chosen = next_is('{') ? take_matchers() : std::string();
    if (is_one_of(name, own_of_rulers)) {
      unclear_ = true;
    } else if (absent_from_ > 0) {
      absent_.push_back(std::move(name));
    } else if (!unless_) {
      auto text = chosen.empty() ? name : name + "{" + chosen + "}";
      selectors_.push_back({std::move(name), std::move(text)});
    }
  }

  // Those of job and service_name, as written.
  std::string take_matchers() {
    std::string kept;
    ++at_;
    while (skip_space() && text_[at_] != '}') {
      if (text_[at_] == '"' || text_[at_] == '\'' || text_[at_] == '`') {
        take_text();
        continue;
      }
      if (!begins_word(text_[at_])) {
        ++at_;
        continue;
      }
      const auto matcher = take_matcher();
      if (!matcher.empty()) kept += (kept.empty() ? "" : ",") + matcher;
    }
    if (at_ < text_.size()) ++at_;
    return kept;
  }

  std::string take_matcher() {
    const auto begin = at_;
    while (at_ < text_.size() && is_in_word(text_[at_])) ++at_;
    const auto label = text_.substr(begin, at_ - begin);
    skip_space();
    const auto operation = at_;
    while (at_ < text_.size() && (text_[at_] == '=' || text_[at_] == '~' || text_[at_] == '!')) ++at_;
    const auto compared = text_.substr(operation, at_ - operation);
    if (!skip_space() || (text_[at_] != '"' && text_[at_] != '\'')) return {};
    const char quote = text_[at_];
    const auto value = take_text();
    const bool whose = label == "job" || label == "service_name";
    if (!whose || value.empty() || (compared != "=" && compared != "=~")) return {};
    return std::string(label) + std::string(compared) + quote + std::string(value) + quote;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int open_ = 0;
  int absent_from_ = 0;  // inside of absent() from this depth of brackets on; 0: outside
  bool or_ = false;
  bool unless_ = false;
  bool unclear_ = false;  // something in it may be there without any of the metrics
  std::vector<Selector> selectors_;
  std::vector<std::string> absent_;  // names that are arguments of absent()
};

}  // namespace

AskedMetrics metrics_asked_by(std::string_view expression) { return Walk(expression).walk(); }

bool may_be_rightly_absent(std::string_view selector) {
  constexpr std::array<std::string_view, 14> words{"discard", "refus",    "miss",   "lost",    "evict",
                                                   "throttl", "restart",  "kill",   "exceed",  "corrupt",
                                                   "invalid", "conflict", "violat", "kube_job"};
  const auto name = lower(selector.substr(0, selector.find('{')));
  return speaks_of_trouble(name) || std::any_of(words.begin(), words.end(), [&](std::string_view word) {
           return name.find(word) != std::string::npos;
         });
}

}  // namespace lgtmwatch
