// Reading JSON of which versions leave out different parts: what is absent, or of another type, is empty.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/time.hpp"

namespace lgtmwatch {

inline constexpr std::size_t longest_text = 256;

// `parent` may be null everywhere; null where there is no such member.
const boost::json::value* at(const boost::json::value* parent, std::string_view key);
// Made safe to show, cut to the limit.
std::string text_at(const boost::json::value* parent, std::string_view key, std::size_t limit = longest_text);
std::vector<std::string> texts_at(const boost::json::value* parent, std::string_view key);
int number_at(const boost::json::value* parent, std::string_view key);
double real_at(const boost::json::value* parent, std::string_view key);
bool flag_at(const boost::json::value* parent, std::string_view key);
// Nothing for Go's zero time, "0001-01-01T00:00:00Z", either.
std::optional<WallTime> time_at(const boost::json::value* parent, std::string_view key);

template <class Visit>
void for_each(const boost::json::value* list, Visit visit) {
  const auto* array = list ? list->if_array() : nullptr;
  if (!array) return;
  for (const auto& element : *array) visit(element);
}

}  // namespace lgtmwatch
