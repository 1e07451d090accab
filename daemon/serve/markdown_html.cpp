#include "daemon/serve/markdown_html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

// Every second piece between marks stands in the tag; a mark without its second is text.
template <class Inner>
std::string tagged(std::string_view text, std::string_view mark, std::string_view tag, const Inner& inner) {
  std::string html;
  while (true) {
    const auto begin = text.find(mark);
    const auto end = begin == text.npos ? text.npos : text.find(mark, begin + mark.size());
    if (end == text.npos) return html + inner(text);
    html += inner(text.substr(0, begin));
    const auto content = text.substr(begin + mark.size(), end - begin - mark.size());
    html += fmt::format("<{0}>{1}</{0}>", tag, escaped_markup(content));
    text.remove_prefix(end + mark.size());
  }
}

std::string line_html(std::string_view text) {
  const auto bold = [](std::string_view part) { return tagged(part, "**", "b", escaped_markup); };
  return tagged(text, "`", "code", bold);
}

// How long the mark of a list's item at the beginning is; 0 where there is none.
std::size_t item_mark(std::string_view line, std::string_view list) {
  if (list == "ul") return line.starts_with("- ") ? 2 : 0;
  const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
  return digits > 0 && line.substr(digits).starts_with(". ") ? digits + 2 : 0;
}

class Writer {
 public:
  std::string write(std::string_view text) {
    while (!text.empty()) {
      const auto line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      take(line);
    }
    end_block();
    return std::move(html_);
  }

 private:
  void take(std::string_view line) {
    if (line.empty()) return end_block();
    for (const auto* list : {"ul", "ol"})
      if (const auto mark = item_mark(line, list)) return begin_item(list, line.substr(mark));
    if (line.starts_with("## ")) return add("h2", line.substr(3));
    const bool is_code = line.starts_with("    ") && (block_.empty() || block_ == "pre");
    if (is_code) line.remove_prefix(4);
    if (block_.empty()) block_ = is_code ? "pre" : "p";
    const auto indent = is_code ? 0 : std::min(line.find_first_not_of(' '), line.size());
    text_ += (text_.empty() ? "" : "\n") + std::string(line.substr(indent));
  }

  void begin_item(std::string_view list, std::string_view text) {
    if (list_ != list) end_block();
    end_text();
    if (list_.empty()) html_ += fmt::format("<{}>", list);
    list_ = list;
    block_ = "li";
    text_ = text;
  }

  void add(std::string_view block, std::string_view text) {
    end_block();
    block_ = block;
    text_ = text;
    end_block();
  }

  void end_text() {
    if (block_.empty()) return;
    html_ += fmt::format("<{0}>{1}</{0}>", block_, block_ == "pre" ? escaped_markup(text_) : line_html(text_));
    block_ = {};
    text_.clear();
  }

  void end_block() {
    end_text();
    if (!list_.empty()) html_ += fmt::format("</{}>", list_);
    list_ = {};
  }

  std::string html_;
  std::string_view list_;   // the tag of the list that is open
  std::string_view block_;  // the tag in which text_ will stand
  std::string text_;
};

}  // namespace

std::string markdown_html(std::string_view text) { return Writer().write(text); }

}  // namespace lgtmwatch
