// lgtmwatch healthcheck: exits 0 when the daemon there is healthy; for images that have neither curl nor wget.
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "daemon/commands/ask_once.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/complain.hpp"

namespace lgtmwatch {
namespace {

constexpr auto patience = std::chrono::seconds(5);

int judge(const Url& url, const Result<HttpResponse>& answer) {
  if (answer && answer->status == 200) return 0;
  const auto why = answer ? fmt::format("{} answered {}", url.address(), answer->status) : answer.error().what;
  fmt::print(stderr, "not healthy: {}\n", why);
  return 1;
}

int healthcheck(const std::string& address) {
  const auto url = Url::parse(address);
  if (!url) return complain(url.error().what, url.error().hint);
  return ask_once(Endpoint(*url), HttpRequest("/-/healthy"), patience,
                  [&](const Result<HttpResponse>& answer) { return judge(*url, answer); });
}

}  // namespace

void add_healthcheck_command(CLI::App& app, const Outside&, int& exit_code) {
  auto url = std::make_shared<std::string>("http://127.0.0.1:9797");
  auto* command = app.add_subcommand("healthcheck", "Exits 0 when the daemon at URL is healthy");
  command->add_option("url", *url, "Address of the daemon")->capture_default_str();
  command->callback([url, &exit_code] { exit_code = healthcheck(*url); });
}

}  // namespace lgtmwatch
