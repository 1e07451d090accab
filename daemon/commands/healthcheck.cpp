// lgtmwatch healthcheck: exits 0 when the daemon there is healthy; for images that have neither curl nor wget.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "daemon/commands/ask_once.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/complain.hpp"
#include "daemon/commands/daemon_flags.hpp"
#include "daemon/commands/web_config_flag.hpp"
#include "daemon/config_file.hpp"

namespace lgtmwatch {
namespace {

constexpr auto patience = std::chrono::seconds(5);

struct HealthcheckFlags {
  std::string url;
  std::string listen_address = ":9797";
  std::string web_config_file;
  DaemonFlags daemon;
};

int judge(const Url& url, const Result<HttpResponse>& answer) {
  if (answer && answer->status == 200) return 0;
  const auto why = answer ? fmt::format("{} answered {}", url.address(), answer->status) : answer.error().what;
  fmt::print(stderr, "not healthy: {}\n", why);
  return 1;
}

// Also by a file that cannot be used now: the daemon goes on with what it said before.
Result<bool> speaks_tls(const std::string& web_config_file, const Outside& outside) {
  if (web_config_file.empty()) return false;
  const auto text = read_file(web_config_file);
  if (!text) return text.error();
  return load_web_config(*text, web_config_file, {outside.variable, read_file}).tls.line > 0;
}

// As one that listens so is reached from its own host.
std::string own_address(const std::string& listen_address) {
  const auto colon = std::min(listen_address.rfind(':'), listen_address.size());
  auto host = listen_address.substr(0, colon);
  if (host.empty() || host == "0.0.0.0") host = "127.0.0.1";
  if (host == "[::]") host = "[::1]";
  return host + listen_address.substr(colon);
}

// On its own host its certificate hardly has the right name; and it is told nothing that is secret.
void look_at_own_host(HealthcheckFlags& flags, bool with_tls) {
  flags.url = (with_tls ? "https://" : "http://") + own_address(flags.listen_address);
  if (flags.daemon.tls.ca_file.empty()) flags.daemon.tls.insecure_skip_verify = true;
}

int healthcheck(HealthcheckFlags flags, const Outside& outside) {
  if (flags.url.empty()) {
    const auto with_tls = speaks_tls(flags.web_config_file, outside);
    if (!with_tls) return complain("--web.config.file: " + with_tls.error().what, with_tls.error().hint);
    look_at_own_host(flags, *with_tls);
  }
  const auto daemon = daemon_endpoint(flags.url, flags.daemon);
  if (!daemon) return complain(daemon.error().what, daemon.error().hint);
  return ask_once(*daemon, HttpRequest("/-/healthy"), patience,
                  [&](const Result<HttpResponse>& answer) { return judge(daemon->url, answer); });
}

}  // namespace

void add_healthcheck_command(CLI::App& app, const Outside& outside, int& exit_code) {
  auto flags = std::make_shared<HealthcheckFlags>();
  auto* command = app.add_subcommand("healthcheck", "Exits 0 when the daemon at URL is healthy");
  command->add_option("url", flags->url,
                      "Address of the daemon; where it is not given, that of the daemon of this host");
  command->add_option("--web.listen-address", flags->listen_address, "Where the daemon of this host listens")
      ->capture_default_str()
      ->envname("LGTMWATCH_WEB_LISTEN_ADDRESS");
  add_web_config_flag(*command, flags->web_config_file);
  add_daemon_flags(*command, "", "HEALTHCHECK", flags->daemon);
  command->callback([flags, &outside, &exit_code] { exit_code = healthcheck(*flags, outside); });
}

}  // namespace lgtmwatch
