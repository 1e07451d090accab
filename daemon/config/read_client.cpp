#include "daemon/config/read_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>

#include "daemon/base/base64.hpp"
#include "daemon/base/lower_case.hpp"
#include "daemon/config/clean_text.hpp"

namespace lgtmwatch {
namespace {

constexpr std::string_view file_suffix = "_file";
// Written by the client itself; a second one would break the request.
constexpr std::array reserved_headers{"host", "connection", "content-length", "content-type", "transfer-encoding",
                                      "te",   "upgrade"};

bool is_header_name(std::string_view name) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) != 0 || marks.find(static_cast<char>(c)) != std::string_view::npos);
  });
}

bool check_header_value(const YamlValue& place, const Setting<std::string>& value) {
  if (!value) return false;
  if (!has_control_character(value->value)) return true;
  place.error("the value holds a control character, such as a line feed, which no HTTP header may hold");
  return false;
}

std::optional<std::string> read_basic(const YamlValue& value) {
  MapReader map(value);
  map.require("username", "give 'username', and 'password' or 'password_file'");
  const auto username = map.name("username");
  map.require_secret("password", "give 'password' or 'password_file'");
  const auto password = map.secret("password");
  map.finish();
  if (username && username->value.find(':') != std::string::npos)
    map.get("username")->error("a user name must not hold a colon");
  if (!username || !password) return std::nullopt;
  return "Basic " + base64(username->value + ":" + password->value);
}

// The value of the header Authorization, or Proxy-Authorization.
std::optional<std::string> read_auth(const YamlValue& value) {
  MapReader map(value);
  const bool has_bearer = map.has("bearer_token") || map.has("bearer_token_file");
  const auto token = map.secret("bearer_token");
  const auto basic = map.get("basic");
  auto credentials = basic ? read_basic(*basic) : std::nullopt;
  map.finish();
  if (basic && has_bearer) {
    basic->error("both 'basic' and a bearer token are given", "keep one of the two");
    return std::nullopt;
  }
  if (value.is_map() && value.node().pairs.empty())
    value.error("must not be empty", "give 'basic' or 'bearer_token', or leave it out");
  if (!token) return credentials;
  return check_header_value(value, token) ? std::optional("Bearer " + token->value) : std::nullopt;
}

void check_new_header(const YamlValue& place, const std::string& name, const std::vector<Header>& headers) {
  const auto lower = lower_case(name);
  if (!is_header_name(name)) {
    place.error(fmt::format("'{}' is not the name of an HTTP header", name));
  } else if (lower == "x-scope-orgid") {
    place.error(fmt::format("the header {} is written by 'tenant'", name), "use 'tenant' instead");
  } else if (std::find(reserved_headers.begin(), reserved_headers.end(), lower) != reserved_headers.end()) {
    place.error(fmt::format("the header {} is written by lgtmwatch itself", name));
  }
  const bool is_taken =
      std::any_of(headers.begin(), headers.end(), [&](const Header& each) { return lower_case(each.name) == lower; });
  if (!is_taken) return;
  place.error(fmt::format("the header {} is given twice", name),
              lower == "authorization" ? "keep 'auth' or the header" : "remove one of the two");
}

// `Name: value`, or `Name_file: path` where the value stands in a file.
void read_headers(const YamlValue& value, std::vector<Header>& headers) {
  MapReader map(value);
  for (const auto& [key, given] : map.entries()) {
    std::string name = key;
    const bool is_file = name.ends_with(file_suffix);
    if (is_file) name.resize(name.size() - file_suffix.size());
    check_new_header(given, name, headers);
    auto content = is_file ? given.secret_from_file() : given.text();
    if (check_header_value(given, content)) headers.push_back({name, Secret(std::move(content->value))});
  }
}

// Its path; its content goes into the fingerprint.
std::string note_pem(MapReader& map, std::string_view key, PemBlock block, std::string& contents) {
  auto file = read_pem(map, key, block);
  if (!file) return {};
  contents += fmt::format("{} {} ", key, file->value.content.size()) + file->value.content;
  return std::move(file->value.path);
}

TlsSettings read_tls(const YamlValue& value) {
  MapReader map(value);
  TlsSettings tls;
  std::string contents;
  tls.ca_file = note_pem(map, "ca_file", PemBlock::certificate, contents);
  tls.cert_file = note_pem(map, "cert_file", PemBlock::certificate, contents);
  tls.key_file = note_pem(map, "key_file", PemBlock::private_key, contents);
  if (!contents.empty()) tls.fingerprint = std::hash<std::string>()(contents);
  tls.server_name = value_or(map.name("server_name"), std::string());
  tls.insecure_skip_verify = value_or(map.boolean("insecure_skip_verify"), false);
  map.finish();
  if (map.has("cert_file") != map.has("key_file"))
    value.error("'cert_file' and 'key_file' belong together; only one of them is given");
  return tls;
}

void read_proxy(MapReader& endpoint, ClientSettings& client) {
  client.proxy = endpoint.proxy_url("proxy_url");
  const auto auth = endpoint.get("proxy_auth");
  if (!auth) return;
  if (!endpoint.has("proxy_url"))
    auth->error("there is no proxy to authenticate to", "give 'proxy_url' beside it, or remove it");
  if (auto authorization = read_auth(*auth)) client.proxy_authorization = Secret(std::move(*authorization));
}

}  // namespace

Setting<ReadFile> read_pem(MapReader& map, std::string_view key, PemBlock block) {
  auto file = map.file(key);
  const auto problem = file ? pem_problem(file->value.content, block) : std::nullopt;
  if (!problem) return file;
  map.get(key)->error(fmt::format("the file '{}' {}", file->value.path, problem->what), problem->hint);
  return std::nullopt;
}

ClientSettings read_client(MapReader& endpoint) {
  ClientSettings client;
  if (const auto auth = endpoint.get("auth")) {
    if (auto authorization = read_auth(*auth))
      client.headers.push_back({"Authorization", Secret(std::move(*authorization))});
  }
  if (const auto headers = endpoint.get("headers")) read_headers(*headers, client.headers);
  client.tenant = read_tenant(endpoint);
  if (const auto tls = endpoint.get("tls")) client.tls = Given<TlsSettings>{read_tls(*tls), tls->place()};
  read_proxy(endpoint, client);
  client.timeout = endpoint.duration("timeout");
  return client;
}

Setting<std::string> read_tenant(MapReader& map) {
  auto tenant = map.text("tenant");
  if (!tenant || !has_control_character(tenant->value)) return tenant;
  map.get("tenant")->error("the tenant holds a control character, which no HTTP header may hold");
  return std::nullopt;
}

}  // namespace lgtmwatch
