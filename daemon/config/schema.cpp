#include "daemon/config/schema.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/config/read_settings.hpp"

namespace lgtmwatch {
namespace {

namespace json = boost::json;

constexpr const char* or_variable = R"(|\$\{)";
constexpr const char* duration_pattern = R"(^(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))+)$)";

constexpr const char* time_pattern =
    R"(^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$)";

json::value to_json(const Schema& schema);

json::object text_like(const std::string& pattern) { return {{"type", "string"}, {"pattern", pattern + or_variable}}; }

json::value list_to_json(const Schema& schema) {
  json::array kinds;
  for (const auto& item : schema.items) kinds.push_back(to_json(*item));
  const json::value item = kinds.size() == 1 ? kinds.front() : json::object{{"anyOf", kinds}};
  const json::object list{{"type", "array"}, {"items", item}};
  if (!schema.or_single) return list;
  return json::object{{"anyOf", json::array{item, list}}};
}

json::value map_to_json(const Schema& schema) {
  json::object properties;
  for (const auto& [key, value] : schema.keys) properties.emplace(key, to_json(*value));
  json::object map{{"type", "object"}};
  if (!properties.empty()) map.emplace("properties", properties);
  map.emplace("additionalProperties", schema.other_keys ? to_json(*schema.other_keys) : json::value(false));
  if (!schema.required.empty()) map.emplace("required", json::array(schema.required.begin(), schema.required.end()));
  json::array all;
  for (const auto& keys : schema.one_required) {
    json::array any;
    for (const auto& key : keys) any.push_back(json::object{{"required", json::array{json::string(key)}}});
    all.push_back(json::object{{"anyOf", any}});
  }
  if (!all.empty()) map.emplace("allOf", all);
  return map;
}

json::value to_json(const Schema& schema) {
  const json::array scalars{"string", "number", "boolean"};
  switch (schema.kind) {
    case Schema::Kind::scalar: return json::object{{"type", scalars}};
    case Schema::Kind::name: return json::object{{"type", scalars}, {"minLength", 1}};
    case Schema::Kind::file: return json::object{{"type", "string"}, {"minLength", 1}};
    case Schema::Kind::boolean: {
      auto boolean = text_like("^(true|false)$");
      boolean["type"] = json::array{"boolean", "string"};
      return boolean;
    }
    case Schema::Kind::duration: return text_like(duration_pattern);
    case Schema::Kind::time: return text_like(time_pattern);
    case Schema::Kind::url: return text_like("^(https?://.|unix:///.)");
    case Schema::Kind::page: return text_like("^https?://.");
    case Schema::Kind::proxy_url: return text_like("^http://.");
    case Schema::Kind::grpc_endpoint: return text_like("^(https?://.|unix:///.|[^/]+:[0-9]+$)");
    case Schema::Kind::docker_socket: return text_like("^(https?://.|unix:///.|tcp://[^/]+:[0-9]+$)");
    case Schema::Kind::words: {
      const json::array words(schema.words.begin(), schema.words.end());
      const json::object variable{{"type", "string"}, {"pattern", "\\$\\{"}};
      return json::object{{"anyOf", json::array{json::object{{"enum", words}}, variable}}};
    }
    case Schema::Kind::list: return list_to_json(schema);
    case Schema::Kind::map: return map_to_json(schema);
  }
  return nullptr;
}

// On several lines, but for what is short.
void write(const json::value& value, const std::string& indent, std::string& out) {
  constexpr std::size_t longest_line = 100;
  const auto line = json::serialize(value);
  if (line.size() <= longest_line || value.is_primitive()) {
    out += line;
    return;
  }
  const auto inner = indent + "  ";
  std::string separator = "\n" + inner;
  out += value.is_object() ? '{' : '[';
  const auto begin_item = [&] {
    out += separator;
    separator = ",\n" + inner;
  };
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      begin_item();
      out += json::serialize(json::value(member.key())) + ": ";
      write(member.value(), inner, out);
    }
  } else {
    for (const auto& item : value.get_array()) {
      begin_item();
      write(item, inner, out);
    }
  }
  out += "\n" + indent + (value.is_object() ? '}' : ']');
}

}  // namespace

std::string config_schema() {
  const Environment nothing{[](const std::string&) { return std::nullopt; },
                            [](const std::string&) -> Result<std::string> { return std::string(); }};
  Diagnostics ignored;
  ReadContext context{nothing, "", ignored};
  const auto root = std::make_shared<Schema>();
  read_settings(YamlValue::recording(root, context));
  json::object document{{"$schema", "http://json-schema.org/draft-07/schema#"},
                        {"title", "Configuration of lgtmwatch"}};
  const auto settings = to_json(*root);
  for (const auto& member : settings.get_object()) document.emplace(member.key(), member.value());
  std::string text;
  write(document, "", text);
  return text + "\n";
}

}  // namespace lgtmwatch
