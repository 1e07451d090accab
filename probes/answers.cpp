#include "probes/answers.hpp"

#include <fmt/format.h>

#include <array>

#include "daemon/base/text.hpp"

namespace lgtmwatch {
namespace {

std::string_view title_or_first_line(std::string_view text) {
  constexpr std::string_view open = "<title>";
  const auto title = text.find(open);
  if (!text.starts_with('<') || title == std::string_view::npos) return text.substr(0, text.find('\n'));
  text.remove_prefix(title + open.size());
  return text.substr(0, text.find_first_of("<\n"));
}

// The pages of nginx have the status in their title.
std::string without_status(std::string said, int status) {
  const auto number = std::to_string(status) + " ";
  return said.starts_with(number) ? said.substr(number.size()) : said;
}

}  // namespace

std::string first_line(std::string_view text) {
  constexpr std::size_t limit = 200;
  auto line = shown_text(title_or_first_line(text), limit);
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

std::optional<Error> gateway_error(const HttpResponse& response, const std::string& address) {
  const auto* hint = "start what the gateway passes requests to, or correct where it passes them";
  if (response.status == 502)
    return Error(Phase::content, Reason::refused,
                 fmt::format("{} answered 502: the gateway in front of it gets no answer", address), hint);
  if (response.status == 504)
    return Error(Phase::content, Reason::timeout,
                 fmt::format("{} answered 504: the gateway in front of it waits in vain", address), hint);
  return std::nullopt;
}

std::string tls_refusal_hint(const HttpResponse& response) {
  const auto says = [&](const char* words) { return response.body.find(words) != std::string::npos; };
  if (response.status != 400) return {};
  if (says("plain HTTP request was sent to HTTPS port") || says("HTTP request to an HTTPS server"))
    return "use https://";
  if (says("No required SSL certificate was sent"))
    return "set tls.cert_file and tls.key_file: a client certificate is asked for";
  if (says("The SSL certificate error"))
    return "set tls.cert_file and tls.key_file to a client certificate that is accepted there";
  return {};
}

Error status_error(const HttpResponse& response, const std::string& address) {
  const auto said = without_status(first_line(response.body), response.status);
  const auto what = fmt::format("{} answered {}{}{}", address, response.status, said.empty() ? "" : ": ", said);
  const bool tenant = response.body.find("no org id") != std::string::npos;
  const auto tls_hint = tls_refusal_hint(response);
  if (!tls_hint.empty()) return {Phase::content, Reason::tls, what, tls_hint};
  if (response.status == 401 && tenant)
    return {Phase::content, Reason::tenant, what, "set the tenant of the stack or of this component"};
  if (response.status == 401 || response.status == 403)
    return {Phase::content, Reason::auth, what, "check the auth settings of this endpoint"};
  if (response.status == 404) return {Phase::content, Reason::not_found, what, "check the URL and its path prefix"};
  if (response.status == 429) return {Phase::content, Reason::limit, what, "a limit of the component is reached"};
  return {Phase::content, Reason::http_status, what};
}

std::string grpc_status_name(int status) {
  constexpr std::array names{
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  if (status < 0 || static_cast<std::size_t>(status) >= names.size()) return std::to_string(status);
  return names[static_cast<std::size_t>(status)];
}

}  // namespace lgtmwatch
