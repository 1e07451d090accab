// JSON access whose errors name the place: "data.result[0].values: expected an array, found a string".
//
// Parsers of answers start with parse_json and walk with JsonPath. Depth is bounded by Boost.JSON (32).
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "daemon/base/result.hpp"

namespace lgtmwatch {

Result<boost::json::value> parse_json(std::string_view text);

// A value inside a document, with the path by which it was reached. Refers to the document.
class JsonPath {
 public:
  explicit JsonPath(const boost::json::value& root) : value_(&root) {}

  // The member, or an error that names the path and what was found.
  Result<JsonPath> member(std::string_view key) const;
  // The member, or null where it is absent.
  const boost::json::value* find(std::string_view key) const;
  Result<JsonPath> element(std::size_t index) const;
  Result<std::size_t> array_size() const;
  Result<std::string> string() const;
  Result<double> number() const;
  const boost::json::value& value() const { return *value_; }
  const std::string& path() const { return path_; }

 private:
  JsonPath(const boost::json::value& value, std::string path) : value_(&value), path_(std::move(path)) {}
  Error expected(std::string_view kind) const;

  const boost::json::value* value_;
  std::string path_;
};

}  // namespace lgtmwatch
