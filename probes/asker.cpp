#include "probes/asker.hpp"

#include <fmt/format.h>

#include "daemon/base/text.hpp"
#include "probes/answers.hpp"

namespace lgtmwatch {
namespace {

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

Exchange evidence_of(const Endpoint& endpoint, const HttpRequest& request, WallTime at) {
  Exchange evidence;
  evidence.at = at;
  evidence.curl = curl_command(endpoint, request);
  return evidence;
}

}  // namespace

std::string curl_command(const Endpoint& endpoint, const HttpRequest& request) {
  std::string command = "curl";
  for (const auto& header : endpoint.headers) {
    const auto shown = header.name == "X-Scope-OrgID" ? header.value.reveal() : std::string(masked);
    command += " -H " + quoted(fmt::format("{}: {}", header.name, shown));
  }
  const auto& url = endpoint.url;
  if (endpoint.tls.insecure_skip_verify) command += " -k";
  if (url.scheme() == Url::Scheme::unix_socket) command += " --unix-socket " + quoted(url.host());
  if (!request.content_type.empty()) command += " -H " + quoted("Content-Type: " + request.content_type);
  if (request.method != "GET") command += " -X " + request.method + " -d " + quoted(request.body);
  const auto base = url.scheme() == Url::Scheme::unix_socket ? std::string("http://localhost") : url.text();
  return command + " " + quoted(base + request.target);
}

boost::asio::awaitable<Result<HttpResponse>> Asker::ask(HttpRequest request) {
  auto evidence = evidence_of(endpoint_, request, clock_.wall());
  const auto started = clock_.now();
  auto exchange = co_await http_.send(endpoint_, std::move(request), deadline_);
  evidence.took = clock_.now() - started;
  evidence.phases = exchange.phases.taken;
  if (exchange.answer) {
    evidence.status = exchange.answer->status;
    const std::string_view body(exchange.answer->body);
    const auto kept = exchange.answer->status == 200 ? answer_bytes : refusal_bytes;
    evidence.first_bytes = shown_text(body.substr(0, kept), kept);
  } else {
    evidence.error = exchange.answer.error().what;
  }
  exchanges_.push_back(std::move(evidence));
  co_return std::move(exchange.answer);
}

boost::asio::awaitable<Result<HttpResponse>> Asker::ask_ok(HttpRequest request) {
  auto response = co_await ask(std::move(request));
  if (!response) co_return response;
  if (response->status != 200) co_return status_error(*response, endpoint_.url.address());
  co_return response;
}

}  // namespace lgtmwatch
