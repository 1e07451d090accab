// lgtmwatch rules: the alert rules, with links that lead to this instance.
#include <fmt/format.h>

#include <boost/algorithm/string/replace.hpp>
#include <memory>

#include "daemon/alert_rules.hpp"
#include "daemon/base/url.hpp"
#include "daemon/commands/commands.hpp"

namespace lgtmwatch {
namespace {

int usage_error(const Error& error) {
  fmt::print(stderr, "error: --web.external-url: {}\nhint: write it as a browser reaches lgtmwatch: {}\n", error.what,
             "http://HOST:PORT or https://HOST/PREFIX");
  return 2;
}

int rules(const std::string& external_url) {
  const auto url = Url::parse(external_url);
  if (!url) return usage_error(url.error());
  if (url->scheme() == Url::Scheme::unix_socket)
    return usage_error({Phase::content, Reason::parse, fmt::format("'{}' is no address for a browser", external_url)});
  for (const auto& file : alert_rules())
    fmt::print("{}", boost::replace_all_copy(std::string(file.content), default_external_url, url->text()));
  return 0;
}

}  // namespace

void add_rules_command(CLI::App& app, const Outside&, int& exit_code) {
  auto url = std::make_shared<std::string>(default_external_url);
  auto* command = app.add_subcommand("rules", "Prints alert rules for Prometheus and for Mimir's ruler");
  command->add_option("--web.external-url", *url, "Where a browser reaches lgtmwatch, for the links to its run book")
      ->envname("LGTMWATCH_WEB_EXTERNAL_URL")
      ->capture_default_str();
  command->callback([url, &exit_code] { exit_code = rules(*url); });
}

}  // namespace lgtmwatch
