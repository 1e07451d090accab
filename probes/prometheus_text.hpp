// A reader of the Prometheus text format: line by line, without copying the body. Lines that are not samples
// (comments, broken ones) are skipped; values are doubles, NaN included.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace lgtmwatch {

struct Sample {
  std::string_view name;
  std::string_view labels;  // between the braces, as written
  double value = 0;

  // The unescaped value of a label; "" where absent.
  std::string label(std::string_view name) const;
};

void for_each_sample(std::string_view body, const std::function<void(const Sample&)>& visit);

}  // namespace lgtmwatch
