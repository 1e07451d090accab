#include "daemon/base/json.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t quoted_bytes = 60;

std::string_view kind_name(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return "null";
    case boost::json::kind::bool_: return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_: return "a number";
    case boost::json::kind::string: return "a string";
    case boost::json::kind::array: return "an array";
    case boost::json::kind::object: return "an object";
  }
  return "null";
}

}  // namespace

Result<boost::json::value> parse_json(std::string_view text) {
  boost::json::error_code code;
  auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), code);
  if (code)
    return Error(Phase::content, Reason::parse,
                 fmt::format("the answer is not JSON ({}): \"{}\"", code.message(), shown_text(text, quoted_bytes)));
  return value;
}

Error JsonPath::expected(std::string_view kind) const {
  return {Phase::content, Reason::parse,
          fmt::format("{}: expected {}, found {}", path_.empty() ? "the answer" : path_, kind, kind_name(*value_))};
}

const boost::json::value* JsonPath::find(std::string_view key) const {
  const auto* object = value_->if_object();
  return object ? object->if_contains(boost::json::string_view(key.data(), key.size())) : nullptr;
}

Result<JsonPath> JsonPath::member(std::string_view key) const {
  if (!value_->is_object()) return expected("an object");
  const auto* found = find(key);
  auto path = path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
  if (!found) return Error(Phase::content, Reason::parse, fmt::format("{} is missing in the answer", path));
  return JsonPath(*found, std::move(path));
}

Result<JsonPath> JsonPath::element(std::size_t index) const {
  const auto* array = value_->if_array();
  if (!array) return expected("an array");
  auto path = fmt::format("{}[{}]", path_, index);
  if (index >= array->size())
    return Error(Phase::content, Reason::parse, fmt::format("{} is missing in the answer", path));
  return JsonPath((*array)[index], std::move(path));
}

Result<std::size_t> JsonPath::array_size() const {
  const auto* array = value_->if_array();
  if (!array) return expected("an array");
  return array->size();
}

Result<std::string> JsonPath::string() const {
  const auto* text = value_->if_string();
  if (!text) return expected("a string");
  return std::string(text->data(), text->size());
}

Result<double> JsonPath::number() const {
  if (!value_->is_number()) return expected("a number");
  return value_->to_number<double>();
}

}  // namespace lgtmwatch
