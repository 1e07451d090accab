#include "probes/alloy/alloy_body.hpp"

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_text = 300;

bool is_text(const json::value* value, std::string_view text) {
  return value && value->is_string() &&
         std::string_view(value->get_string().data(), value->get_string().size()) == text;
}

}  // namespace

const json::value* member_of(const json::value& object, std::string_view name) {
  const auto* found = object.if_object();
  return found ? found->if_contains(json::string_view(name.data(), name.size())) : nullptr;
}

std::vector<const json::value*> alloy_blocks(const json::value& body, std::string_view name) {
  std::vector<const json::value*> blocks;
  const auto* entries = body.if_array();
  if (!entries) return blocks;
  for (const auto& entry : *entries)
    if (const auto* inner = member_of(entry, "body"); inner && is_text(member_of(entry, "name"), name))
      blocks.push_back(inner);
  return blocks;
}

const json::value* alloy_attribute(const json::value& body, std::string_view name) {
  const auto* entries = body.if_array();
  if (!entries) return nullptr;
  for (const auto& entry : *entries)
    if (is_text(member_of(entry, "name"), name)) return member_of(entry, "value");
  return nullptr;
}

std::string alloy_text(const json::value* value) {
  const auto* inner = value ? member_of(*value, "value") : nullptr;
  if (!inner) return {};
  if (inner->is_string())
    return shown_text(std::string_view(inner->get_string().data(), inner->get_string().size()), longest_text);
  if (inner->is_int64()) return std::to_string(inner->get_int64());
  if (inner->is_uint64()) return std::to_string(inner->get_uint64());
  return {};
}

bool alloy_flag(const json::value* value) {
  const auto* inner = value ? member_of(*value, "value") : nullptr;
  return inner && inner->is_bool() && inner->get_bool();
}

}  // namespace lgtmwatch
