#include "daemon/base/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "daemon/base/secret.hpp"

namespace lgtmwatch {

ServerAndTarget split_at_target(std::string_view address) {
  const auto end = std::min(address.find_first_of("/?", address.find("://") + 3), address.size());
  std::string target(address.substr(end));
  if (!target.starts_with('/')) target.insert(target.begin(), '/');
  return {address.substr(0, end), std::move(target)};
}

Result<Page> Page::parse(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    const auto shown = text.find('@') == std::string_view::npos ? text : std::string_view(masked);
    return Error(Phase::content, Reason::parse, fmt::format("'{}' is not an address: {}", shown, why),
                 "write it as http://HOST:PORT/PATH?QUERY or https://HOST:PORT/PATH?QUERY");
  };
  if (!text.starts_with("http://") && !text.starts_with("https://")) return wrong("the scheme must be http or https");
  if (!boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()))) return wrong("it is not a URL");
  if (text.find('#') != std::string_view::npos) return wrong("it must not have a fragment");
  auto split = split_at_target(text);
  auto server = Url::parse(split.server);
  if (!server) return server.error();
  return Page(std::move(*server), std::move(split.target));
}

std::string Page::text() const { return server_.text() + (target_ == "/" ? "" : target_); }

}  // namespace lgtmwatch
