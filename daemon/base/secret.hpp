// Secret: a value that can be sent but not shown. It has no formatter and no operator<<; printing one does
// not compile. reveal() is called where the bytes go to the wire and nowhere else.
#pragma once

#include <string>
#include <utility>

namespace lgtmwatch {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string value_;
};

inline constexpr const char* masked = "***";

}  // namespace lgtmwatch
