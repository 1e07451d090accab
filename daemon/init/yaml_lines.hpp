// Lines of YAML and of comments between them; for write_config.
#pragma once

#include <string>
#include <string_view>

namespace lgtmwatch {

class YamlLines {
 public:
  void add(int indent, std::string_view line);
  // Nothing where the text is empty. Broken between words where it is long.
  void comment(int indent, std::string_view text);
  // The line as a comment of one line, which can be put in force by removing the sign; why it is none stands before it.
  void left_out(int indent, std::string_view line, std::string_view why);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace lgtmwatch
