#include "probes/alloy/alloy_body.hpp"

#include "daemon/base/text.hpp"
#include "probes/lenient_json.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_value = 300;

bool is_text(const json::value* value, std::string_view text) {
  return value && value->is_string() &&
         std::string_view(value->get_string().data(), value->get_string().size()) == text;
}

}  // namespace

std::vector<const json::value*> alloy_blocks(const json::value& body, std::string_view name) {
  std::vector<const json::value*> blocks;
  const auto* entries = body.if_array();
  if (!entries) return blocks;
  for (const auto& entry : *entries)
    if (const auto* inner = at(&entry, "body"); inner && is_text(at(&entry, "name"), name)) blocks.push_back(inner);
  return blocks;
}

const json::value* alloy_attribute(const json::value& body, std::string_view name) {
  const auto* entries = body.if_array();
  if (!entries) return nullptr;
  for (const auto& entry : *entries)
    if (is_text(at(&entry, "name"), name)) return at(&entry, "value");
  return nullptr;
}

std::string alloy_text(const json::value* value) {
  const auto* inner = at(value, "value");
  if (!inner) return {};
  if (inner->is_string())
    return shown_text(std::string_view(inner->get_string().data(), inner->get_string().size()), longest_value);
  if (inner->is_int64()) return std::to_string(inner->get_int64());
  if (inner->is_uint64()) return std::to_string(inner->get_uint64());
  return {};
}

bool alloy_flag(const json::value* value) {
  const auto* inner = at(value, "value");
  return inner && inner->is_bool() && inner->get_bool();
}

}  // namespace lgtmwatch
