// lgtmwatch rules: the alert rules, with links that lead to this instance.
#include <fmt/format.h>

#include <boost/algorithm/string/replace.hpp>
#include <memory>

#include "daemon/alert_rules.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/external_url.hpp"

namespace lgtmwatch {
namespace {

int rules(const std::string& external_url) {
  const auto url = checked_external_url(external_url);
  if (!url) return 2;
  for (const auto& file : alert_rules())
    fmt::print("{}", boost::replace_all_copy(std::string(file.content), default_external_url, *url));
  return 0;
}

}  // namespace

void add_rules_command(CLI::App& app, const Outside&, int& exit_code) {
  auto url = std::make_shared<std::string>(default_external_url);
  auto* command = app.add_subcommand("rules", "Prints alert rules for Prometheus and for Mimir's ruler");
  add_external_url_flag(*command, *url)->capture_default_str();
  command->callback([url, &exit_code] { exit_code = rules(*url); });
}

}  // namespace lgtmwatch
