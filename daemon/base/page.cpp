#include "daemon/base/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "daemon/base/secret.hpp"

namespace lgtmwatch {

Result<Page> Page::parse(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    const auto shown = text.find('@') == std::string_view::npos ? text : std::string_view(masked);
    return Error(Phase::content, Reason::parse, fmt::format("'{}' is not an address: {}", shown, why),
                 "write it as http://HOST:PORT/PATH?QUERY or https://HOST:PORT/PATH?QUERY");
  };
  if (!text.starts_with("http://") && !text.starts_with("https://")) return wrong("the scheme must be http or https");
  if (!boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()))) return wrong("it is not a URL");
  if (text.find('#') != std::string_view::npos) return wrong("it must not have a fragment");
  const auto end = std::min(text.find_first_of("/?", text.find("://") + 3), text.size());
  auto server = Url::parse(text.substr(0, end));
  if (!server) return server.error();
  std::string target(text.substr(end));
  if (!target.starts_with('/')) target.insert(target.begin(), '/');
  return Page(std::move(*server), std::move(target));
}

std::string Page::text() const { return server_.text() + (target_ == "/" ? "" : target_); }

}  // namespace lgtmwatch
