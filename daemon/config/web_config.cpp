#include "daemon/config/web_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "daemon/config/clean_text.hpp"
#include "daemon/config/read_client.hpp"
#include "daemon/config/web_settings.hpp"

namespace lgtmwatch {
namespace {

constexpr int least_cost = 4;
constexpr int most_cost = 14;
constexpr std::size_t hash_length = 60;
constexpr std::string_view hash_alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

constexpr std::array versions{Choice<TlsVersion>{"TLS12", TlsVersion::tls12},
                              Choice<TlsVersion>{"TLS13", TlsVersion::tls13}};

// Those that exporter-toolkit lets through; of some the values too.
struct AllowedHeader {
  std::string_view name;
  std::vector<std::string_view> values;
};
const std::array allowed_headers{
    AllowedHeader{"Content-Security-Policy", {}}, AllowedHeader{"Strict-Transport-Security", {}},
    AllowedHeader{"X-Content-Type-Options", {"nosniff"}}, AllowedHeader{"X-Frame-Options", {"deny", "sameorigin"}},
    AllowedHeader{"X-XSS-Protection", {}}};

void check_client(const YamlValue& value, MapReader& map, const WebTlsSettings& tls) {
  const auto client = value_or(tls.client, ClientCertificate::none);
  const bool verifies =
      client == ClientCertificate::verified_if_given || client == ClientCertificate::required_and_verified;
  if (verifies && !map.has("client_ca_file"))
    map.get("client_auth_type")
        ->error("there is no authority to verify certificates of clients with", "give 'client_ca_file' beside it");
  if (map.has("client_ca_file") && client == ClientCertificate::none)
    map.get("client_ca_file")
        ->error("certificates of clients are not asked for", "give 'client_auth_type: RequireAndVerifyClientCert'");
  if (client == ClientCertificate::requested || client == ClientCertificate::required)
    map.get("client_auth_type")
        ->warning("whatever certificate a client shows is taken",
                  "'RequireAndVerifyClientCert' takes only those that 'client_ca_file' has signed");
  if (value_or(tls.least, TlsVersion::tls12) > value_or(tls.most, TlsVersion::tls13))
    value.error("'min_version' is above 'max_version', so that no version is left");
}

WebTlsSettings read_server_tls(const YamlValue& value) {
  MapReader map(value);
  WebTlsSettings tls;
  tls.place = value.place();
  map.require("cert_file", "name the server's certificate, as PEM with its chain");
  map.require("key_file", "name the private key of the certificate, as PEM");
  tls.certificate = read_pem(map, "cert_file", PemBlock::certificate);
  tls.key = read_pem(map, "key_file", PemBlock::private_key);
  if (const auto type = map.get("client_auth_type")) tls.client = type->choice(client_auth_types);
  tls.client_ca = read_pem(map, "client_ca_file", PemBlock::certificate);
  if (const auto least = map.get("min_version")) tls.least = least->choice(versions);
  if (const auto most = map.get("max_version")) tls.most = most->choice(versions);
  map.finish();
  check_client(value, map, tls);
  return tls;
}

// "$2y$10$", and the salt and the sum in 53 letters.
std::optional<int> cost_of(std::string_view hash) {
  if (hash.size() != hash_length || hash[0] != '$' || hash[1] != '2' || hash[3] != '$' || hash[6] != '$')
    return std::nullopt;
  if (std::string_view("aby").find(hash[2]) == std::string_view::npos) return std::nullopt;
  if (hash.substr(7).find_first_not_of(hash_alphabet) != std::string_view::npos) return std::nullopt;
  int cost = 0;
  const auto [end, problem] = std::from_chars(&hash[4], &hash[6], cost);
  return problem == std::errc() && end == &hash[6] ? std::optional(cost) : std::nullopt;
}

void read_users(const YamlValue& value, std::map<std::string, Secret>& users) {
  MapReader map(value);
  for (const auto& [name, given] : map.entries()) {
    if (name.empty() || name.find(':') != std::string::npos || has_control_character(name))
      given.error("a user name must not be empty, and hold neither a colon nor a control character");
    const auto hash = given.secret();
    if (!hash) continue;
    const auto cost = cost_of(hash->value);
    if (!cost)
      given.error("this is no hash of bcrypt",
                  "write what `htpasswd -nB NAME` prints behind the colon; it begins $2y$");
    else if (*cost < least_cost || *cost > most_cost)
      given.error(fmt::format("the cost {} of this hash is not within {} and {}", *cost, least_cost, most_cost),
                  "hash the password with the cost 10: `htpasswd -nBC 10 NAME`");
    else
      users.emplace(name, Secret(hash->value));
  }
  if (value.is_map() && value.node().pairs.empty())
    value.error("there is no user, so that nobody would be asked", "list NAME: HASH, or leave it out");
}

void read_header(const std::string& name, const YamlValue& given, std::vector<WebHeader>& headers) {
  std::vector<std::string_view> names;
  for (const auto& each : allowed_headers) names.push_back(each.name);
  const auto allowed = std::find(names.begin(), names.end(), name);
  if (allowed == names.end())
    return given.error(fmt::format("the header '{}' cannot be set", name), suggest(name, names));
  const auto value = given.name();
  if (!value) return;
  const auto& values = allowed_headers[static_cast<std::size_t>(allowed - names.begin())].values;
  if (!values.empty() && std::find(values.begin(), values.end(), value->value) == values.end())
    return given.error(fmt::format("'{}' is not allowed here", value->value), suggest(value->value, values));
  headers.emplace_back(name, value->value);
}

void read_http(const YamlValue& value, std::vector<WebHeader>& headers) {
  MapReader map(value);
  const auto http2 = map.boolean("http2");
  if (http2 && http2->value)
    map.get("http2")->warning("HTTP/2 is not spoken here; every client is answered by HTTP/1.1",
                              "write 'http2: false'");
  if (const auto written = map.get("headers")) {
    MapReader entries(*written);
    for (const auto& [name, given] : entries.entries()) read_header(name, given, headers);
  }
  map.finish();
}

WebSettings read_web(const YamlValue& root) {
  WebSettings settings;
  if (root.node().kind == YamlNode::Kind::empty) {
    root.error("the web configuration is empty, so that it would protect nothing",
               "give tls_server_config, basic_auth_users or http_server_config, or leave --web.config.file out");
    return settings;
  }
  MapReader map(root);
  if (const auto tls = map.get("tls_server_config")) settings.tls = read_server_tls(*tls);
  if (const auto users = map.get("basic_auth_users")) read_users(*users, settings.users);
  if (const auto http = map.get("http_server_config")) read_http(*http, settings.headers);
  map.finish();
  return settings;
}

WebPlan finalize(const WebSettings& settings) {
  WebPlan plan{std::nullopt, settings.users, settings.headers};
  if (!settings.tls) return plan;
  const auto& tls = *settings.tls;
  plan.tls = ServerTlsSettings{tls.certificate->value.content,
                               Secret(tls.key->value.content),
                               value_or(tls.client, ClientCertificate::none),
                               tls.client_ca ? tls.client_ca->value.content : std::string(),
                               value_or(tls.least, TlsVersion::tls12),
                               value_or(tls.most, TlsVersion::tls13)};
  return plan;
}

}  // namespace

LoadedWebConfig load_web_config(std::string_view text, const std::string& file, const Environment& environment) {
  LoadedWebConfig loaded;
  Diagnostics diagnostics;
  if (const auto root = parse_yaml(text, diagnostics)) {
    const auto outside = noting(environment, loaded.files);
    ReadContext context{outside, std::filesystem::path(file).parent_path().string(), diagnostics};
    const auto settings = read_web(YamlValue(root, {root->line, root->column, ""}, context));
    if (settings.tls) loaded.tls = settings.tls->place;
    if (!diagnostics.has_errors()) {
      loaded.plan = finalize(settings);
      loaded.effective = effective_web_yaml(settings);
    }
  }
  loaded.diagnostics = diagnostics.sorted(text);
  return loaded;
}

}  // namespace lgtmwatch
