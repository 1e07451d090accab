// JsonFields: reads what we have written ourselves, one member after the other. The first that is missing or of a wrong
// type is the error of all of them, and what is read then is of no use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/json.hpp"
#include "daemon/base/time.hpp"

namespace lgtmwatch {

class JsonFields {
 public:
  std::optional<Error> error;

  std::optional<JsonPath> member(const JsonPath& object, std::string_view key);
  std::string text(const JsonPath& object, std::string_view key);
  double number(const JsonPath& object, std::string_view key);
  WallTime time(const JsonPath& object, std::string_view key);
  std::vector<JsonPath> elements(const JsonPath& object, std::string_view key);
  std::vector<std::string> texts(const JsonPath& object, std::string_view key);

  // The one of the words that to_string() gives that text for.
  template <class Words>
  typename Words::value_type word_of(const Words& words, const std::string& text) {
    for (const auto each : words)
      if (to_string(each) == text) return each;
    fail({Phase::content, Reason::parse, "the word '" + text + "' is not known"});
    return words.front();
  }

 private:
  template <class T>
  std::optional<T> good(const Result<T>& result) {
    if (result) return *result;
    fail(result.error());
    return std::nullopt;
  }

  void fail(Error failure);
};

}  // namespace lgtmwatch
