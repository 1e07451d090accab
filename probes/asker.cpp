#include "probes/asker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/text.hpp"
#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

constexpr std::size_t most_exchanges = 8;

bool is_shown(const Header& header) { return header.name == "X-Scope-OrgID"; }

void mask(std::string& text, std::string_view secret) {
  constexpr std::size_t shortest = 4;  // anything shorter would mask half of every answer
  if (secret.size() < shortest) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
    text.replace(at, secret.size(), masked);
}

// What an answer repeats of our own headers, the whole value and what stands behind its scheme.
std::string without_secrets(const Endpoint& endpoint, std::string text) {
  for (const auto& header : endpoint.headers) {
    if (is_shown(header)) continue;
    const std::string_view value = header.value.reveal();
    mask(text, value);
    mask(text, value.substr(value.find(' ') + 1));
  }
  mask(text, endpoint.proxy_authorization.reveal());
  return text;
}

std::string quoted(std::string_view text) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'') {
      safe += "'\\''";
    } else {
      safe += c;
    }
  }
  return safe + "'";
}

// For printf: an empty remote write is a single zero byte.
std::string octal(std::string_view bytes) {
  std::string digits;
  for (const unsigned char byte : bytes) digits += fmt::format("\\{:03o}", byte);
  return digits;
}

constexpr std::size_t longest_shown_body = 2000;

std::string with_body(std::string command, const HttpRequest& request) {
  const auto& body = request.body;
  if (body.size() > longest_shown_body) return fmt::format("{} -X {} --data-binary @body", command, request.method);
  if (shown_text(body) == body) return fmt::format("{} -X {} -d {}", command, request.method, quoted(body));
  return fmt::format("printf '{}' | {} -X {} --data-binary @-", octal(body), command, request.method);
}

Exchange evidence_of(std::string command, WallTime at) {
  Exchange evidence;
  evidence.at = at;
  evidence.curl = std::move(command);
  return evidence;
}

std::string header_options(const Endpoint& endpoint) {
  std::string options;
  for (const auto& header : endpoint.headers) {
    const auto shown = is_shown(header) ? header.value.reveal() : std::string(masked);
    options += " -H " + quoted(fmt::format("{}: {}", header.name, shown));
  }
  return options;
}

std::string curl_tls_options(const Endpoint& endpoint) {
  const auto& tls = endpoint.tls;
  const auto& url = endpoint.url;
  if (url.scheme() != Url::Scheme::https) return {};
  std::string options;
  if (tls.insecure_skip_verify) options += " -k";
  if (!tls.ca_file.empty()) options += " --cacert " + quoted(tls.ca_file);
  if (!tls.cert_file.empty()) options += " --cert " + quoted(tls.cert_file) + " --key " + quoted(tls.key_file);
  if (!tls.server_name.empty())
    options += " --connect-to " + quoted(fmt::format("{}:{}:{}", tls.server_name, url.port(), url.address()));
  return options;
}

// With a server name of its own the URL is that of the name, which --connect-to leads to the address.
std::string curl_base(const Endpoint& endpoint) {
  const auto& url = endpoint.url;
  if (url.scheme() == Url::Scheme::unix_socket) return "http://localhost";
  if (url.scheme() != Url::Scheme::https || endpoint.tls.server_name.empty()) return url.text();
  return fmt::format("https://{}:{}{}", endpoint.tls.server_name, url.port(), url.path());
}

}  // namespace

std::string curl_command(const Endpoint& endpoint, const HttpRequest& request) {
  std::string command = "curl" + header_options(endpoint) + curl_tls_options(endpoint);
  const auto& url = endpoint.url;
  if (url.scheme() == Url::Scheme::unix_socket) {
    command += " --unix-socket " + quoted(url.host());
  } else if (endpoint.proxy) {
    command += " -x " + quoted(endpoint.proxy->text());
    if (!endpoint.proxy_authorization.empty()) command += " -U " + quoted(masked);
  }
  for (const auto& [name, value] : request.headers) command += " -H " + quoted(fmt::format("{}: {}", name, value));
  if (!request.content_type.empty()) command += " -H " + quoted("Content-Type: " + request.content_type);
  if (request.method != "GET") command = with_body(std::move(command), request);
  command += " " + quoted(curl_base(endpoint) + request.target);
  if (request.body.size() > longest_shown_body) command += fmt::format(" # body: {} bytes", request.body.size());
  return command;
}

std::string grpcurl_command(const Endpoint& endpoint, const GrpcRequest& request) {
  std::string command = "grpcurl" + header_options(endpoint);
  const auto& tls = endpoint.tls;
  if (endpoint.url.scheme() != Url::Scheme::https) {
    command += " -plaintext";
  } else if (tls.insecure_skip_verify) {
    command += " -insecure";
  } else if (!tls.ca_file.empty()) {
    command += " -cacert " + quoted(tls.ca_file);
  }
  if (!tls.cert_file.empty()) command += " -cert " + quoted(tls.cert_file) + " -key " + quoted(tls.key_file);
  if (!tls.server_name.empty()) command += " -authority " + quoted(tls.server_name);
  const bool is_unix = endpoint.url.scheme() == Url::Scheme::unix_socket;
  if (endpoint.proxy && !is_unix) command = "HTTPS_PROXY=" + endpoint.proxy->text() + " " + command;
  command += is_unix ? " -unix " + quoted(endpoint.url.host()) : " -d '{}' " + endpoint.url.address();
  return command + " " + request.method.substr(1);
}

boost::asio::awaitable<Result<HttpResponse>> Asker::ask(HttpRequest request) {
  return ask_elsewhere(endpoint_, std::move(request));
}

boost::asio::awaitable<Result<HttpResponse>> Asker::ask_elsewhere(const Endpoint& endpoint, HttpRequest request) {
  auto evidence = evidence_of(curl_command(endpoint, request), clock_.wall());
  const auto started = clock_.now();
  const Deadline deadline(patience_ ? std::min(deadline_.at(), started + *patience_) : deadline_.at());
  auto exchange = co_await clients_.http.send(endpoint, std::move(request), deadline);
  evidence.took = clock_.now() - started;
  evidence.phases = exchange.phases.taken;
  if (exchange.answer) {
    evidence.status = exchange.answer->status;
    evidence.date = parse_http_date(exchange.answer->date);
    const std::string_view body(exchange.answer->body);
    const auto kept = exchange.answer->status == 200 ? answer_bytes : refusal_bytes;
    evidence.first_bytes = without_secrets(endpoint, shown_text(body.substr(0, kept), kept));
  } else {
    evidence.error = exchange.answer.error().what;
  }
  if (exchanges_.size() < most_exchanges) exchanges_.push_back(std::move(evidence));
  co_return std::move(exchange.answer);
}

boost::asio::awaitable<Result<HttpResponse>> Asker::ask_ok(HttpRequest request) {
  auto response = co_await ask(std::move(request));
  if (!response) co_return response;
  if (response->status != 200) {
    auto error = status_error(*response, endpoint_.url.address());
    error.what = without_secrets(endpoint_, std::move(error.what));
    co_return error;
  }
  co_return response;
}

boost::asio::awaitable<Result<GrpcResponse>> Asker::call(GrpcRequest request) {
  auto evidence = evidence_of(grpcurl_command(endpoint_, request), clock_.wall());
  const auto started = clock_.now();
  auto exchange = co_await clients_.grpc.call(endpoint_, std::move(request), deadline_);
  evidence.took = clock_.now() - started;
  evidence.phases = exchange.phases.taken;
  if (exchange.answer) {
    evidence.status = 200;
    auto& said = exchange.answer->status_message;
    said = without_secrets(endpoint_, shown_text(said, refusal_bytes));
    evidence.first_bytes = fmt::format("grpc-status {} {}{}{}", exchange.answer->status,
                                       grpc_status_name(exchange.answer->status), said.empty() ? "" : ": ", said);
  } else {
    evidence.error = exchange.answer.error().what;
  }
  if (exchanges_.size() < most_exchanges) exchanges_.push_back(std::move(evidence));
  co_return std::move(exchange.answer);
}

}  // namespace lgtmwatch
