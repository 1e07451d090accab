#include "daemon/config/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "daemon/config/clean_text.hpp"
#include "daemon/config/substitute.hpp"

namespace lgtmwatch {
namespace {

std::string_view kind_name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::empty: return "nothing";
    case YamlNode::Kind::scalar: return "a single value";
    case YamlNode::Kind::list: return "a list";
    case YamlNode::Kind::map: return "a mapping";
  }
  return "nothing";
}

std::string without_trailing_newline(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

Result<Url> parse_proxy(std::string_view text) {
  const auto wrong = [](std::string what) {
    return Error(Phase::content, Reason::parse, std::move(what), "write it as http://HOST:PORT");
  };
  if (text.find('@') != std::string_view::npos)
    return Error(Phase::content, Reason::parse, "credentials do not belong into a URL",
                 "write http://HOST:PORT, and give them by 'proxy_auth'");
  auto url = Url::parse(text);
  if (!url) return wrong(url.error().what);
  if (url->scheme() != Url::Scheme::http) return wrong("a proxy is spoken to by http://");
  if (!url->path().empty()) return wrong("the address of a proxy has no path");
  return url;
}

// Without a scheme it is said by with_tls whether TLS is spoken.
Result<Url> parse_grpc(std::string_view text, bool with_tls) {
  const auto wrong = [](std::string what) {
    return Error(Phase::content, Reason::parse, std::move(what),
                 "write it as HOST:PORT, https://HOST:PORT for TLS, or unix:///PATH");
  };
  auto url = Url::parse_endpoint(text);
  if (!url) return wrong(url.error().what);
  if (!url->path().empty()) return wrong(fmt::format("'{}' has a path, and gRPC knows none", text));
  const bool says_it_itself = text.find("://") != std::string_view::npos;
  return with_tls && !says_it_itself ? Url::parse("https://" + url->address()) : url;
}

// Docker's own clients write tcp:// where HTTP is spoken, or HTTPS.
Result<Url> parse_docker_socket(std::string_view text, bool with_tls) {
  constexpr std::string_view of_docker = "tcp://";
  const auto wrong = [](std::string what) {
    return Error(Phase::content, Reason::parse, std::move(what),
                 "write it as unix:///PATH, or tcp://HOST:PORT or http://HOST:PORT for a proxy of the socket");
  };
  const bool is_tcp = text.starts_with(of_docker);
  auto url = is_tcp ? Url::parse_endpoint(text.substr(of_docker.size())) : Url::parse(text);
  if (!url) return wrong(url.error().what);
  if (is_tcp && !url->path().empty()) return wrong(fmt::format("'{}' has a path, and tcp:// knows none", text));
  return is_tcp && with_tls ? Url::parse("https://" + url->address()) : url;
}

}  // namespace

YamlValue::YamlValue(YamlNodePtr node, Place place, ReadContext& context)
    : node_(std::move(node)), place_(std::move(place)), context_(&context) {}

YamlValue YamlValue::recording(SchemaPtr schema, ReadContext& context) {
  auto any = std::make_shared<YamlNode>();
  any->kind = YamlNode::Kind::map;
  YamlValue value(std::move(any), {}, context);
  value.schema_ = std::move(schema);
  return value;
}

bool YamlValue::is_noted(Schema::Kind kind) const {
  if (schema_) schema_->kind = kind;
  return schema_ != nullptr;
}

YamlValue YamlValue::child(YamlNodePtr node, const YamlNode& beside, const std::string& path) const {
  const auto& shown = node->kind == YamlNode::Kind::empty ? beside : *node;
  Place place{shown.line, shown.column, place_.path + path};
  return {std::move(node), std::move(place), *context_};
}

std::vector<YamlValue> YamlValue::items() const {
  std::vector<YamlValue> values;
  if (is_noted(Schema::Kind::list)) {
    schema_->items.push_back(std::make_shared<Schema>());
    return {recording(schema_->items.back(), *context_)};
  }
  if (node_->kind != YamlNode::Kind::list) {
    wrong_type("a list");
    return values;
  }
  for (std::size_t i = 0; i < node_->items.size(); ++i)
    values.push_back(child(node_->items[i], *node_->items[i], fmt::format("[{}]", i)));
  return values;
}

std::vector<YamlValue> YamlValue::maps() const {
  std::vector<YamlValue> maps;
  for (auto& item : items()) {
    if (item.is_map()) {
      maps.push_back(std::move(item));
    } else {
      item.wrong_type("a mapping");
    }
  }
  return maps;
}

std::vector<YamlValue> YamlValue::map_or_maps() const {
  if (schema_) schema_->or_single = true;
  return is_map() && !schema_ ? std::vector<YamlValue>{*this} : maps();
}

std::vector<YamlValue> YamlValue::maps_by(const std::vector<std::string>& deciding) const {
  if (!schema_) return maps();
  std::vector<YamlValue> maps;
  for (const auto& each : deciding) {
    maps.push_back(items().front());
    maps.back().deciding_ = each;
  }
  return maps;
}

Setting<std::string> YamlValue::text() const {
  if (is_noted(Schema::Kind::scalar)) return std::nullopt;
  if (node_->kind != YamlNode::Kind::scalar) {
    wrong_type("a single value");
    return std::nullopt;
  }
  auto result = substitute(node_->text, context_->environment.variable);
  for (const auto& name : result.unset)
    error(fmt::format("the environment variable {} is not set", name),
          fmt::format("set it, or give a default: ${{{}:-default}}", name));
  for (const auto& problem : result.problems) error(problem, "write ${NAME} or ${NAME:-default}, and $$ for a dollar");
  if (!result.unset.empty() || !result.problems.empty()) return std::nullopt;
  return Given<std::string>{std::move(result.text), place_};
}

Setting<std::string> YamlValue::name() const {
  if (is_noted(Schema::Kind::name)) return std::nullopt;
  auto given = text();
  if (!given) return std::nullopt;
  if (given->value.empty()) {
    error("must not be empty");
  } else if (has_control_character(given->value) || !is_utf8(given->value)) {
    error("must be UTF-8 text on one line, without control characters");
  } else {
    return given;
  }
  return std::nullopt;
}

Setting<std::string> YamlValue::secret() const {
  if (is_noted(Schema::Kind::name)) return std::nullopt;
  auto given = text();
  if (!given || !given->value.empty()) return given;
  error("must not be empty");
  return std::nullopt;
}

Setting<std::string> YamlValue::secret_from_file() const {
  auto read = file();
  if (!read) return std::nullopt;
  auto secret = without_trailing_newline(std::move(read->value.content));
  if (!secret.empty()) return Given<std::string>{std::move(secret), place_};
  error(fmt::format("the file '{}' is empty", read->value.path));
  return std::nullopt;
}

Setting<ReadFile> YamlValue::file() const {
  if (is_noted(Schema::Kind::file)) return std::nullopt;
  const auto file = name();
  if (!file) return std::nullopt;
  auto path = path_of(file->value);
  auto content = context_->environment.read_file(path);
  if (content) return Given<ReadFile>{{std::move(path), std::move(*content)}, place_};
  error(fmt::format("the file '{}' cannot be read: {}", path, content.error().what), content.error().hint);
  return std::nullopt;
}

template <class T>
Setting<T> YamlValue::parsed(const std::function<Result<T>(std::string_view)>& parse) const {
  const auto given = text();
  if (!given) return std::nullopt;
  auto value = parse(given->value);
  if (value) return Given<T>{std::move(*value), place_};
  error(value.error().what, value.error().hint);
  return std::nullopt;
}

Setting<Duration> YamlValue::duration() const {
  if (is_noted(Schema::Kind::duration)) return std::nullopt;
  return parsed<Duration>(parse_duration);
}

Setting<WallTime> YamlValue::time() const {
  if (is_noted(Schema::Kind::time)) return std::nullopt;
  auto time = parsed<WallTime>(parse_rfc3339);
  if (time) time->value = std::chrono::floor<std::chrono::seconds>(time->value);
  return time;
}

Setting<bool> YamlValue::boolean() const {
  if (is_noted(Schema::Kind::boolean)) return std::nullopt;
  constexpr std::array choices{Choice<bool>{"true", true}, Choice<bool>{"false", false}};
  return choice(choices);
}

Setting<Url> YamlValue::url() const {
  if (is_noted(Schema::Kind::url)) return std::nullopt;
  return parsed<Url>([](std::string_view text) { return Url::parse(text); });
}

Setting<Page> YamlValue::page() const {
  if (is_noted(Schema::Kind::page)) return std::nullopt;
  return parsed<Page>(Page::parse);
}

Setting<Url> YamlValue::proxy_url() const {
  if (is_noted(Schema::Kind::proxy_url)) return std::nullopt;
  return parsed<Url>(parse_proxy);
}

Setting<Url> YamlValue::grpc_endpoint(bool with_tls) const {
  if (is_noted(Schema::Kind::grpc_endpoint)) return std::nullopt;
  return parsed<Url>([&](std::string_view text) { return parse_grpc(text, with_tls); });
}

Setting<Url> YamlValue::docker_socket(bool with_tls) const {
  if (is_noted(Schema::Kind::docker_socket)) return std::nullopt;
  return parsed<Url>([&](std::string_view text) { return parse_docker_socket(text, with_tls); });
}

std::vector<Given<std::string>> YamlValue::names() const {
  std::vector<Given<std::string>> all;
  for (const auto& item : items()) {
    if (auto given = item.name()) all.push_back(std::move(*given));
  }
  return all;
}

void YamlValue::error(std::string message, std::string hint) const {
  context_->diagnostics.error(place_, std::move(message), std::move(hint));
}

void YamlValue::warning(std::string message, std::string hint) const {
  context_->diagnostics.warning(place_, std::move(message), std::move(hint));
}

std::optional<std::size_t> YamlValue::choose(const std::vector<std::string_view>& words) const {
  if (is_noted(Schema::Kind::words)) {
    const auto decided = std::find(words.begin(), words.end(), deciding_);
    const bool is_decided = decided != words.end();
    schema_->words.assign(is_decided ? decided : words.begin(), is_decided ? decided + 1 : words.end());
    return is_decided ? std::optional<std::size_t>(decided - words.begin()) : std::nullopt;
  }
  const auto given = text();
  if (!given) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == given->value) return i;
  }
  error(fmt::format("'{}' is not allowed here", given->value), suggest(given->value, words));
  return std::nullopt;
}

std::string YamlValue::path_of(const std::string& file) const {
  return (std::filesystem::path(context_->folder) / file).string();
}

void YamlValue::wrong_type(std::string_view expected) const {
  error(fmt::format("{} is expected here, found {}", expected, kind_name(node_->kind)));
}

}  // namespace lgtmwatch
