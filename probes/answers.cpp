#include "probes/answers.hpp"

#include <fmt/format.h>

#include "daemon/base/text.hpp"

namespace lgtmwatch {

std::string first_line(std::string_view text) {
  constexpr std::size_t limit = 200;
  auto line = shown_text(text.substr(0, text.find('\n')), limit);
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

Error status_error(const HttpResponse& response, const std::string& address) {
  const auto said = first_line(response.body);
  const auto what = fmt::format("{} answered {}{}{}", address, response.status, said.empty() ? "" : ": ", said);
  const bool tenant = response.body.find("no org id") != std::string::npos;
  if (response.status == 401 && tenant)
    return {Phase::content, Reason::tenant, what, "set the tenant of the stack or of this component"};
  if (response.status == 401 || response.status == 403)
    return {Phase::content, Reason::auth, what, "check the auth settings of this endpoint"};
  if (response.status == 404) return {Phase::content, Reason::not_found, what, "check the URL and its path prefix"};
  if (response.status == 429) return {Phase::content, Reason::limit, what, "a limit of the component is reached"};
  return {Phase::content, Reason::http_status, what};
}

}  // namespace lgtmwatch
